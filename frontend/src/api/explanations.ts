// Questions about a partition, asked of the service: a cluster, a row, two sets of rows.

import { queryOptions } from "@tanstack/react-query";
import { readColumn } from "./arrow.ts";
import { client, unwrap } from "./client.ts";
import type {
  ClusterExplanation,
  ColumnAgreement,
  Comparison,
  GraphDiagnosis,
  JobRead,
  OutlineRequest,
  PartitionChanges,
  PartitionRead,
  RowExplanation,
  RowSet,
} from "./contract.ts";

/** How long to wait before an answer that is on its way is asked for again, milliseconds. */
const ASK_AGAIN_MS = 400;
/** How long answers stay in memory unseen, milliseconds. */
const KEPT_MS = 30 * 60_000;

/** Names a partition as it stands: an edit keeps the run and the number of clusters, not the sizes or time. */
function partitionKey(partition: PartitionRead) {
  const { run_id, id, n_clusters, created_at, clusters } = partition;
  return [run_id, id, n_clusters, created_at, clusters.map(({ size }) => size).join()] as const;
}

/** Answers never go stale: an edit asks under another name. */
export const KEPT = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: KEPT_MS,
  retry: false,
} as const;

/** What makes one cluster a cluster. */
export function clusterExplanationQuery(partition: PartitionRead, label: number) {
  const { run_id, n_clusters } = partition;
  return queryOptions({
    queryKey: ["explanation", "cluster", ...partitionKey(partition), label] as const,
    queryFn: ({ signal }): Promise<ClusterExplanation> =>
      answered(
        () =>
          unwrap(
            client.GET("/api/v1/runs/{run_id}/clusters/{label}/explanation", {
              params: { path: { run_id, label }, query: { n_clusters } },
              signal,
            }),
          ),
        signal,
      ),
    ...KEPT,
  });
}

/** Why one row (from 0) is in its cluster and not in another. */
export function rowExplanationQuery(partition: PartitionRead, row: number) {
  const { run_id, n_clusters } = partition;
  return queryOptions({
    queryKey: ["explanation", "row", ...partitionKey(partition), row] as const,
    queryFn: ({ signal }): Promise<RowExplanation> =>
      answered(
        () =>
          unwrap(
            client.GET("/api/v1/runs/{run_id}/rows/{row}/explanation", {
              params: { path: { run_id, row }, query: { n_clusters } },
              signal,
            }),
          ),
        signal,
      ),
    ...KEPT,
  });
}

/** How the rows `first` differ from the rows `second`, or from all others. */
export function comparisonQuery(partition: PartitionRead, first: RowSet, second: RowSet | null) {
  const { run_id, n_clusters } = partition;
  return queryOptions({
    queryKey: ["explanation", "comparison", ...partitionKey(partition), first, second] as const,
    queryFn: ({ signal }): Promise<Comparison> =>
      answered(
        () =>
          unwrap(
            client.POST("/api/v1/runs/{run_id}/comparisons", {
              params: { path: { run_id }, query: { n_clusters } },
              body: { first, second },
              signal,
            }),
          ),
        signal,
      ),
    ...KEPT,
  });
}

/** What is conspicuous about the graph that a run was solved on. */
export function diagnosisQuery(partition: PartitionRead) {
  const { run_id, n_clusters } = partition;
  return queryOptions({
    queryKey: ["explanation", "graph", ...partitionKey(partition)] as const,
    queryFn: ({ signal }): Promise<GraphDiagnosis> =>
      answered(
        () =>
          unwrap(
            client.GET("/api/v1/runs/{run_id}/diagnosis", {
              params: { path: { run_id }, query: { n_clusters } },
              signal,
            }),
          ),
        signal,
      ),
    ...KEPT,
  });
}

/** How rows moved from the clusters of an earlier partition to these. */
export function changesQuery(partition: PartitionRead, earlier: PartitionRead) {
  const { run_id, n_clusters } = partition;
  const { run_id: earlier_id, n_clusters: earlier_n_clusters } = earlier;
  return queryOptions({
    queryKey: [
      "explanation",
      "changes",
      ...partitionKey(partition),
      ...partitionKey(earlier),
    ] as const,
    queryFn: ({ signal }): Promise<PartitionChanges> =>
      answered(
        () =>
          unwrap(
            client.GET("/api/v1/runs/{run_id}/changes/{earlier_id}", {
              params: { path: { run_id, earlier_id }, query: { n_clusters, earlier_n_clusters } },
              signal,
            }),
          ),
        signal,
      ),
    ...KEPT,
  });
}

/** How the clusters fit the values of a column that holds known labels. */
export function columnAgreementQuery(partition: PartitionRead, column: string) {
  const { run_id, n_clusters } = partition;
  return queryOptions({
    queryKey: ["explanation", "column", ...partitionKey(partition), column] as const,
    queryFn: ({ signal }): Promise<ColumnAgreement> =>
      answered(
        () =>
          unwrap(
            client.GET("/api/v1/runs/{run_id}/columns/agreement", {
              params: { path: { run_id }, query: { n_clusters, column } },
              signal,
            }),
          ),
        signal,
      ),
    ...KEPT,
  });
}

/** Which rows of an answer: its rule's, the borderline ones, or those that moved. */
export type ExplainedRows = "rule" | "border" | "moved" | "outline";

/** Rows that an answer names, ascending. */
export async function explainedRows(
  runId: number,
  key: string,
  of: ExplainedRows,
): Promise<Uint32Array> {
  const rows = await readColumn(
    { path: `/api/v1/runs/${runId}/explanations/${key}/rows?of=${of}` },
    "row",
  );
  return rows instanceof Uint32Array ? rows : Uint32Array.from(rows);
}

/** Rows of the partition's table under what was drawn on a map, ascending. */
export async function outlinedRows(
  partition: PartitionRead,
  body: OutlineRequest,
): Promise<Uint32Array> {
  const { run_id, n_clusters } = partition;
  const { key } = await answered(
    () =>
      unwrap(
        client.POST("/api/v1/runs/{run_id}/outlines", {
          params: { path: { run_id }, query: { n_clusters } },
          body,
        }),
      ),
    new AbortController().signal,
  );
  return explainedRows(run_id, key, "outline");
}

/** Asks until the answer is there; while it is worked on the service answers with a job. */
export async function answered<Answer extends { key: string }>(
  ask: () => Promise<Answer | JobRead>,
  signal: AbortSignal,
): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if ("key" in answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    signal.throwIfAborted();
  }
}

/** A set of rows as the service takes it: one bit for each row of the table. */
export function rowSetOf(mask: Uint8Array): RowSet {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  for (let row = 0; row < mask.length; row++) {
    if (mask[row]) bytes[row >> 3] = (bytes[row >> 3] as number) | (1 << (row & 7));
  }
  let text = "";
  // In pieces: a call takes no more than some ten thousand arguments.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return { bitmap: btoa(text) };
}
