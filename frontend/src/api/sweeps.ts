import { queryOptions, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, unwrap } from "./client.ts";
import type { SweepRead } from "./contract.ts";
import { newIdempotencyKey } from "./jobs.ts";
import { useJob } from "./live.ts";
import { refresh } from "./refresh.ts";

export type Criterion = SweepRead["criterion"];

/** A grid to cluster a dataset with: every combination of the values, and what all runs share. */
export interface SweepPlan {
  grid: Record<string, (string | number)[]>;
  parameters: Record<string, unknown>;
  criterion: Criterion;
}

/** A sweep by the number of its job, with its runs compared. */
export function sweepQuery(sweepId: number) {
  return queryOptions({
    queryKey: ["sweeps", sweepId],
    queryFn: ({ signal }): Promise<SweepRead> =>
      unwrap(
        client.GET("/api/v1/sweeps/{sweep_id}", {
          params: { path: { sweep_id: sweepId } },
          signal,
        }),
      ),
  });
}

/** A sweep, kept current while the component is shown: its job tells when one of its runs has ended. */
export function useSweep(sweepId: number): UseQueryResult<SweepRead> {
  const queryClient = useQueryClient();
  const sweep = useQuery(sweepQuery(sweepId));
  const job = useJob(sweepId).data;
  const seen = sweep.data?.job;
  const isBehind =
    job && seen && (job.status !== seen.status || job.progress !== seen.progress) ? job : null;
  useEffect(() => {
    if (isBehind) void refresh(queryClient, { queryKey: sweepQuery(sweepId).queryKey });
  }, [isBehind, queryClient, sweepId]);
  return sweep;
}

/** Starts a sweep; the answer is the sweep with its runs waiting. */
export function startSweep(datasetId: number, plan: SweepPlan): Promise<SweepRead> {
  return unwrap(
    client.POST("/api/v1/sweeps", {
      body: { dataset_id: datasetId, ...plan },
      headers: { "Idempotency-Key": newIdempotencyKey() },
    }),
  );
}
