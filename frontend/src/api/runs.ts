import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { JobRead, PartitionRead, RunRead } from "./contract.ts";

export const runKeys = {
  all: ["runs"] as const,
  list: (datasetId?: number) => ["runs", "list", datasetId ?? "all"] as const,
  one: (runId: number) => ["runs", "one", runId] as const,
};

/** Runs of one dataset, or of all; newest first. */
export function runsQuery(datasetId?: number) {
  return queryOptions({
    queryKey: runKeys.list(datasetId),
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/v1/runs", {
          params: { query: { dataset_id: datasetId, limit: 100 } },
          signal,
        }),
      ),
  });
}

/** One run. */
export function runQuery(runId: number) {
  return queryOptions({
    queryKey: runKeys.one(runId),
    queryFn: ({ signal }): Promise<RunRead> =>
      unwrap(client.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
  });
}

/** Deletes a run and its partitions. */
export async function deleteRun(runId: number): Promise<void> {
  await unwrap(client.DELETE("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } } }));
}

/**
 * Cuts a run into another number of clusters. Usually answers with the partition; when that takes
 * longer than two seconds, with the job to follow.
 */
export async function recutRun(runId: number, nClusters: number): Promise<PartitionRead | JobRead> {
  return unwrap(
    client.PUT("/api/v1/runs/{run_id}/partition", {
      params: { path: { run_id: runId } },
      body: { n_clusters: nClusters },
    }),
  );
}

/** Cuts a run ahead of the wish to see it; answers as {@link recutRun}, and the run shows what it showed. */
export async function cutRunAhead(
  runId: number,
  nClusters: number,
): Promise<PartitionRead | JobRead> {
  return unwrap(
    client.PUT("/api/v1/runs/{run_id}/partitions/{n_clusters}", {
      params: { path: { run_id: runId, n_clusters: nClusters } },
    }),
  );
}

/** Whether a re-cut answered with the partition itself. */
export function isPartition(answer: PartitionRead | JobRead): answer is PartitionRead {
  return "clusters" in answer;
}

/** The methods and the JSON schemas of their parameters. */
export const algorithmsQuery = queryOptions({
  queryKey: ["algorithms"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/algorithms", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
