// A fair sample of a run's points in memory, for small maps that draw it themselves.

import { queryOptions } from "@tanstack/react-query";
import { streamArrow } from "../../api/arrow.ts";
import type { RunRead } from "../../api/contract.ts";

/** Points of a small map: more would lie on top of each other. */
export const SAMPLE_POINTS = 6000;

export interface SamplePoints {
  /** Table row of each point. */
  row: Uint32Array;
  /** 0 to 65535 along the sides of the layout's box, y upwards. */
  x: Uint16Array;
  y: Uint16Array;
}

/** The first points of a run's map; the service sends them shuffled, so that every prefix is a fair sample. */
export function samplePointsQuery(run: RunRead) {
  return queryOptions({
    queryKey: ["points", "sample", run.id] as const,
    queryFn: async ({ signal }): Promise<SamplePoints> => {
      const enough = new AbortController();
      const path = `/api/v1/runs/${run.id}/points?layout=features&dimensions=2`;
      let sample: SamplePoints | null = null;
      try {
        await streamArrow({ path, signal: AbortSignal.any([signal, enough.signal]) }, (batch) => {
          const { row, x, y } = batch.columns as unknown as SamplePoints;
          const first = <Numbers extends Uint16Array | Uint32Array>(numbers: Numbers) =>
            numbers.slice(0, SAMPLE_POINTS) as Numbers;
          sample ??= { row: first(row), x: first(x), y: first(y) };
          // What a batch leaves out is not needed, and neither are the batches after it.
          enough.abort();
        });
      } catch (error) {
        if (!sample) throw error;
      }
      return sample ?? { row: new Uint32Array(), x: new Uint16Array(), y: new Uint16Array() };
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
}
