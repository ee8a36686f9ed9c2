import type { RunRead } from "../../api/contract.ts";

/** Suggestions told in words and marked in the chart; the rest have weaker support. */
const TOLD = 4;

/** Reasons shown for each; the pointer brings up the rest. */
export const TOLD_REASONS = 3;

/** The suggested numbers of clusters that the page tells of, best first. */
export function toldSuggestions(run: RunRead): RunRead["suggestions"] {
  return run.suggestions.slice(0, TOLD);
}

/** The largest number of clusters the kept eigenvectors allow. */
export function largestK(run: RunRead): number {
  return Math.max(1, Math.min(run.max_clusters, run.n_rows));
}
