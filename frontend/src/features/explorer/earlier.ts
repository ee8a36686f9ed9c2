// Which partitions the clusters on the screen can be set against.
import type { PartitionRead, RunRead } from "../../api/contract.ts";

export interface Earlier {
  run: RunRead;
  nClusters: number;
  /** As far as it is known. */
  partition: PartitionRead | null;
}

/** The cuts of the other runs as they were shown last, newest first; then other suggested cuts of this run. */
export function earlierPartitions(
  run: RunRead,
  runs: readonly RunRead[],
  nClusters: number,
): Earlier[] {
  const others = runs
    .filter((each) => each.id !== run.id && each.n_rows === run.n_rows)
    .map((each) => ({ run: each, nClusters: each.n_clusters, partition: each.partition }));
  const before = others.filter((each) => each.run.id < run.id);
  const after = others.filter((each) => each.run.id > run.id);
  const suggested = run.suggestions.map((each) => each.n_clusters);
  const cuts = [...new Set([...suggested, nClusters - 1, nClusters + 1])]
    .filter((each) => each !== nClusters && each > 1 && each <= run.max_clusters)
    .map((each) => ({ run, nClusters: each, partition: null }));
  return [...before, ...after, ...cuts];
}
