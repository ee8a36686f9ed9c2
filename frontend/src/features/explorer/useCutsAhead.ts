// Cuts made before they are asked for, so that the click only recolours the map: the one under the pointer, and
// while the user looks at the map the ones a press away.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import type { RunRead } from "../../api/contract.ts";
import { partitionAheadQuery } from "./partitions.ts";
import { largestK, toldSuggestions } from "./suggestedClusters.ts";

/** How long the pointer rests on a number of clusters before it is meant, milliseconds. */
const MEANT_MS = 40;
/** How long a partition has been looked at before the next ones are cut, milliseconds. */
const LOOKED_AT_MS = 800;
/** A cut that takes longer would hold up a click on something else, so the run gets no more of them unasked. */
const SLOW_CUT_MS = 500;

/**
 * Cuts ahead. Returns what to call with a number of clusters that the user seems to be about to choose, or with
 * null when they turned away from it.
 */
export function useCutsAhead(
  run: RunRead,
  shownK: number | null,
): (nClusters: number | null) => void {
  const queryClient = useQueryClient();
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pointedAt = useRef<number | null>(null);
  const slowRun = useRef<number | null>(null);

  const intend = useCallback(
    (nClusters: number | null) => {
      // Moving about on one number is resting on it.
      if (nClusters === pointedAt.current) return;
      pointedAt.current = nClusters;
      clearTimeout(resting.current);
      if (nClusters === null || nClusters < 1 || nClusters > largestK(run)) return;
      resting.current = setTimeout(
        () => void queryClient.prefetchQuery(partitionAheadQuery(run, nClusters)),
        MEANT_MS,
      );
    },
    [run, queryClient],
  );
  useEffect(() => () => clearTimeout(resting.current), []);

  useEffect(() => {
    if (shownK === null) return;
    let stopped = false;
    const timer = setTimeout(async () => {
      for (const nClusters of pressAway(run, shownK)) {
        if (stopped || slowRun.current === run.id) return;
        // One after the other: a click in between waits for one cut at most.
        const started = performance.now();
        await queryClient.prefetchQuery(partitionAheadQuery(run, nClusters));
        if (performance.now() - started > SLOW_CUT_MS) slowRun.current = run.id;
      }
    }, LOOKED_AT_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [run, shownK, queryClient]);

  return intend;
}

/** What one press leads to from `shownK`, the likeliest first. */
function pressAway(run: RunRead, shownK: number): number[] {
  const suggested = toldSuggestions(run).map((suggestion) => suggestion.n_clusters);
  const reachable = [shownK + 1, shownK - 1, ...suggested].filter(
    (nClusters) => nClusters >= 1 && nClusters <= largestK(run) && nClusters !== shownK,
  );
  return [...new Set(reachable)];
}
