// A partition as the screen needs it: its summary, its labels by row, and the palette slots of its clusters.

import { keepPreviousData, type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { readColumn } from "../../api/arrow.ts";
import type { JobRead, PartitionRead, RunRead } from "../../api/contract.ts";
import { readJob } from "../../api/jobs.ts";
import { isFinished } from "../../api/jobWords.ts";
import { ApiProblem } from "../../api/problem.ts";
import { cutRunAhead, isPartition, recutRun, runKeys } from "../../api/runs.ts";
import { matchSlots } from "./matching.ts";
import { recallSlots, rememberSlots } from "./slotMemory.ts";
import { t } from "../../language/language.ts";

export interface LoadedPartition {
  partition: PartitionRead;
  /** Cluster of every table row. */
  labels: Uint16Array;
}

export interface ShownPartition extends LoadedPartition {
  runId: number;
  /** Palette slot of every label. */
  slots: readonly number[];
}

interface RunPage {
  items: RunRead[];
}

/** How often a re-cut that takes longer than the service waits is asked for, milliseconds. */
const RECUT_POLL_MS = 250;
/** How long labels of a number of clusters stay in memory unseen, milliseconds. */
const KEPT_MS = 30 * 60_000;

/**
 * Cut `run` into `nClusters` and fetch the labels; both are kept, so that going back is instant. `onCut` is told
 * that the service now shows the run so, which it does not learn when the labels are there already.
 */
export function partitionQuery(run: RunRead, nClusters: number, onCut?: () => void) {
  return queryOptions({
    queryKey: ["partition", run.id, nClusters] as const,
    queryFn: async ({ signal }): Promise<LoadedPartition> => {
      const partition = await cut(run, nClusters, signal);
      onCut?.();
      return withLabels(partition, signal);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    structuralSharing: false,
  });
}

/** The same, without showing it: what the run shows stays as it is. */
export function partitionAheadQuery(run: RunRead, nClusters: number) {
  return queryOptions({
    ...partitionQuery(run, nClusters),
    queryFn: async ({ signal }): Promise<LoadedPartition> =>
      withLabels(await cut(run, nClusters, signal, cutRunAhead), signal),
    retry: false,
  });
}

/** A partition with the labels of all rows. */
async function withLabels(
  partition: PartitionRead,
  signal?: AbortSignal,
): Promise<LoadedPartition> {
  const { run_id: runId, n_clusters } = partition;
  const path = `/api/v1/runs/${runId}/labels?n_clusters=${n_clusters}`;
  const labels = await readColumn({ path, signal }, "label");
  return { partition, labels: labels instanceof Uint16Array ? labels : Uint16Array.from(labels) };
}

/** Shows a partition as an edit left it; labels seen before under the same key are not fetched again. */
export async function takeEdited(client: QueryClient, partition: PartitionRead): Promise<void> {
  const { run_id: runId, n_clusters, key } = partition;
  const before = client.getQueryData<LoadedPartition>(["partition", runId, n_clusters]);
  // Undoing goes back to them.
  if (before) client.setQueryData(["labels", runId, before.partition.key], before.labels);
  const labels = await client.fetchQuery({
    queryKey: ["labels", runId, key],
    queryFn: async ({ signal }) => (await withLabels(partition, signal)).labels,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    structuralSharing: false,
  });
  client.setQueryData<LoadedPartition>(["partition", runId, n_clusters], { partition, labels });
  noteCurrent(client, partition);
}

/** Writes a run's new partition into every cached place that shows the run. */
export function noteCurrent(client: QueryClient, partition: PartitionRead): void {
  const { run_id: runId, n_clusters } = partition;
  const renew = (run: RunRead): RunRead =>
    run.id === runId && isOther(run.partition, partition) ? { ...run, n_clusters, partition } : run;
  client.setQueryData<RunRead>(runKeys.one(runId), (run) => run && renew(run));
  client.setQueriesData<RunPage>(
    { queryKey: [...runKeys.all, "list"] },
    (page) => page && { ...page, items: page.items.map(renew) },
  );
}

/** Whether the screen looks different with the other partition. */
export function isOther(one: PartitionRead, other: PartitionRead): boolean {
  return (
    one.n_clusters !== other.n_clusters ||
    one.key !== other.key ||
    one.position !== other.position ||
    one.clusters.some(({ name }, label) => name !== other.clusters[label]?.name)
  );
}

async function cut(
  run: RunRead,
  nClusters: number,
  signal: AbortSignal,
  ask = recutRun,
): Promise<PartitionRead> {
  if (run.partition.n_clusters === nClusters) return run.partition;
  for (;;) {
    const answer = await ask(run.id, nClusters);
    if (isPartition(answer)) return answer;
    await finished(answer, signal);
  }
}

/** Wait for a job of a run; the next request for the same is then answered from what it left. */
export async function finished(job: JobRead, signal: AbortSignal): Promise<void> {
  let current = job;
  while (!isFinished(current)) {
    await new Promise((resolve) => setTimeout(resolve, RECUT_POLL_MS));
    signal.throwIfAborted();
    current = await readJob(job.id, signal);
  }
  if (current.status === "succeeded") return;
  throw new ApiProblem(
    current.error ?? {
      type: "about:blank",
      title: t("The work did not finish"),
      status: 0,
      detail: t("Job {id} ended as {status}.", { id: current.id, status: current.status }),
      code: "recut_not_finished",
      remedy: t("Try it again."),
    },
  );
}

/**
 * Gives a partition its slots when it is first shown, matched to the one shown before it. It keeps them from
 * then on, also over reloads, so a number of clusters looks the same whenever the user comes back to it.
 */
class SlotKeeper {
  private last: ShownPartition | null = null;
  private readonly known = new WeakMap<LoadedPartition, ShownPartition>();

  show(loaded: LoadedPartition): ShownPartition {
    let shown = this.known.get(loaded);
    if (!shown) {
      const { partition, labels } = loaded;
      const count = partition.clusters.length;
      const slots = recallSlots(partition.key, count) ?? matchSlots(this.last, labels, count);
      rememberSlots(partition.key, slots);
      shown = { ...loaded, runId: partition.run_id, slots };
      this.known.set(loaded, shown);
    }
    this.last = shown;
    return shown;
  }

  lastOf(run: RunRead | undefined): ShownPartition | null {
    return this.last && this.last.runId === run?.id ? this.last : null;
  }
}

export interface PartitionState {
  /** What to show: the wanted partition, or the one before it while the wanted one is on its way. */
  shown: ShownPartition | null;
  error: Error | null;
  retry: () => void;
  /** A loaded partition with its colours, ahead of the render that shows it. */
  prepare: (loaded: LoadedPartition) => ShownPartition;
}

/** The partition of `run` into `nClusters`, with colours kept from whatever was shown before. */
export function usePartition(run: RunRead, nClusters: number): PartitionState {
  const [keeper] = useState(() => new SlotKeeper());
  const prepare = useCallback((loaded: LoadedPartition) => keeper.show(loaded), [keeper]);
  const query = useQuery({
    ...partitionQuery(run, nClusters),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data, error } = query;
  const shown = data && data.partition.run_id === run.id ? prepare(data) : keeper.lastOf(run);
  return { shown, error, retry: () => void query.refetch(), prepare };
}
