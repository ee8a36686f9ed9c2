// Which cuts are compared: read from and written to the address, e.g. "12.3~15.4" for run 12 at k = 3 and run 15 at 4.

import type { RunRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";
import { earlierPartitions } from "./earlier.ts";

/** A run cut into a number of clusters. */
export interface Cut {
  runId: number;
  nClusters: number;
}

/** As many as fit beside each other. */
export const MOST_CUTS = 4;

export function cutName({ runId, nClusters }: Cut): string {
  return `${runId}.${nClusters}`;
}

export function cutsToText(cuts: readonly Cut[]): string {
  return cuts.map(cutName).join("~");
}

/** The cuts a text names; what is not understood, or is there twice, is left out. */
export function cutsFromText(text: string | undefined): Cut[] {
  const names = new Set(
    (text ?? "").split("~").filter((name) => /^[1-9]\d{0,15}\.[1-9]\d{0,4}$/.test(name)),
  );
  return [...names].slice(0, MOST_CUTS).map((name) => {
    const [runId = 0, nClusters = 0] = name.split(".").map(Number);
    return { runId, nClusters };
  });
}

/** What to compare when nothing was chosen: what the newest run shows, with what stood before it. */
export function usualCuts(runs: readonly RunRead[]): Cut[] {
  const [newest] = runs;
  if (!newest) return [];
  const [before] = earlierPartitions(newest, runs, newest.n_clusters);
  const shown = { runId: newest.id, nClusters: newest.n_clusters };
  return before ? [{ runId: before.run.id, nClusters: before.nClusters }, shown] : [shown];
}

/** All cuts that can be chosen: of every run the one it shows, those suggested, and those beside it. */
export function choosableCuts(runs: readonly RunRead[]): Cut[] {
  return runs.flatMap((run) => {
    const near = [run.n_clusters - 1, run.n_clusters + 1];
    const numbers = [...run.suggestions.map((each) => each.n_clusters), ...near]
      .filter((each) => each > 1 && each <= run.max_clusters)
      .toSorted((a, b) => a - b);
    return [...new Set([run.n_clusters, ...numbers])].map((nClusters) => ({
      runId: run.id,
      nClusters,
    }));
  });
}

/** "Run 3 · k = 4". */
export function cutTitle(run: RunRead, nClusters: number): string {
  return t("Run {number} · k = {n_clusters}", { number: run.number, n_clusters: nClusters });
}
