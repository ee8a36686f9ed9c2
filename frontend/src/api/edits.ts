// Edits of a run's clusters: asked of the service, undone and done again along a history.

import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { Edit, History, JobRead, PartitionRead, Revised } from "./contract.ts";

/** Label of rows that were taken out of all clusters. */
export const EXCLUDED = 65_535;

/** Names the history of one cut of a run. */
export function historyKey(runId: number, nClusters: number) {
  return ["edits", runId, nClusters] as const;
}

/** The edits of a run's cut into `nClusters`, those undone too, and the constraints that hold. */
export function historyQuery(runId: number, nClusters: number) {
  return queryOptions({
    queryKey: historyKey(runId, nClusters),
    queryFn: ({ signal }): Promise<History> =>
      unwrap(
        client.GET("/api/v1/runs/{run_id}/edits", {
          params: { path: { run_id: runId }, query: { n_clusters: nClusters } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/**
 * Edits the clusters that are shown. Usually answers with what came of it; when that takes longer than two
 * seconds, with the job to follow.
 */
export function editClusters(shown: PartitionRead, edit: Edit): Promise<Revised | JobRead> {
  return unwrap(
    client.POST("/api/v1/runs/{run_id}/edits", {
      params: { path: { run_id: shown.run_id } },
      body: { key: shown.key, n_clusters: shown.n_clusters, edit },
    }),
  );
}

/** Shows the clusters as they were after the first `position` edits. */
export function goToEdit(shown: PartitionRead, position: number): Promise<Revised> {
  return unwrap(
    client.PUT("/api/v1/runs/{run_id}/edits/position", {
      params: { path: { run_id: shown.run_id } },
      body: { key: shown.key, n_clusters: shown.n_clusters, position },
    }),
  );
}

/** Whether an edit answered with what came of it. */
export function isRevised(answer: Revised | JobRead): answer is Revised {
  return "history" in answer;
}

const CHANNEL = "fiedler-edits";

/** Tells this browser's other tabs that a run's clusters are others now. */
export function announceEdit(runId: number): void {
  const channel = new BroadcastChannel(CHANNEL);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target origin
  channel.postMessage(runId);
  channel.close();
}

/** Calls when another tab has edited a run; returns how to stop listening. */
export function followEdits(onEdited: (runId: number) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<number>) => onEdited(data));
  return () => channel.close();
}
