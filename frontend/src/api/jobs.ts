import { queryOptions } from "@tanstack/react-query";
import { isFinished } from "./jobWords.ts";
import { client, unwrap } from "./client.ts";
import type { JobRead, JobStatus } from "./contract.ts";

export interface JobFilter {
  datasetId?: number;
  status?: JobStatus;
  kind?: JobRead["kind"];
  limit?: number;
}

export const jobKeys = {
  lists: ["jobs", "list"] as const,
  list: (filter: JobFilter) => ["jobs", "list", filter] as const,
  one: (jobId: number) => ["jobs", "one", jobId] as const,
};

/** A job as it stands. */
export function readJob(jobId: number, signal: AbortSignal): Promise<JobRead> {
  return unwrap(
    client.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal }),
  );
}

/** One job; `useJob` keeps it current. */
export function jobQuery(jobId: number) {
  return queryOptions({
    queryKey: jobKeys.one(jobId),
    queryFn: async ({ signal, client: queryClient, queryKey }): Promise<JobRead> => {
      const job = await readJob(jobId, signal);
      // Its end may have arrived live in the meantime, and is final.
      const known = queryClient.getQueryData<JobRead>(queryKey);
      return known && isFinished(known) ? known : job;
    },
  });
}

/** Newest first; `useJobs` keeps them current. */
export function jobsQuery(filter: JobFilter = {}) {
  return queryOptions({
    queryKey: jobKeys.list(filter),
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/v1/jobs", {
          params: {
            query: {
              dataset_id: filter.datasetId,
              status: filter.status,
              kind: filter.kind,
              limit: filter.limit ?? 50,
            },
          },
          signal,
        }),
      ),
  });
}

/** Starts a clustering. The same key twice starts it once. */
export function startFit(
  datasetId: number,
  parameters: Record<string, unknown>,
  idempotencyKey: string = newIdempotencyKey(),
): Promise<JobRead> {
  return unwrap(
    client.POST("/api/v1/jobs", {
      body: { kind: "fit", dataset_id: datasetId, parameters, priority: "normal" },
      headers: { "Idempotency-Key": idempotencyKey },
    }),
  );
}

/** Asks a job to stop; the answer is the job as it stands. */
export function cancelJob(jobId: number): Promise<JobRead> {
  return unwrap(
    client.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id: jobId } } }),
  );
}

/** A ticket that opens one live channel. */
export async function createTicket(): Promise<string> {
  return (await unwrap(client.POST("/api/v1/ws-ticket"))).ticket;
}

/** Random enough not to meet another; `randomUUID` exists only on https and localhost. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join(
    "-",
  );
}
