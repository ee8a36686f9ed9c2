// Two distributions over common bins as SVG paths. Pure; DensityPair.tsx draws them.

import { linear } from "./ticks.ts";

export interface BinnedDensity {
  /** Ascending, one more than there are bins. */
  edges: readonly number[];
  /** Density of the rows inside, one value a bin. */
  inside: readonly number[];
  /** Density of the rows outside. */
  outside: readonly number[];
}

export interface DensityFrame {
  width: number;
  height: number;
  /** Room above the peaks, so that a stroke is not cut off. */
  top: number;
}

export interface DensityGeometry {
  /** An open line over the rows inside. */
  inside: string;
  /** A closed area under the rows outside. */
  outside: string;
  /** From a value of the column to its place. */
  x: (value: number) => number;
}

/** Fewer bins than this are separate values, drawn as steps. */
const SMOOTH_FROM = 24;

/** Each curve reaches up to its own peak: what is compared is where rows lie, not how many. */
export function densityGeometry(density: BinnedDensity, frame: DensityFrame): DensityGeometry {
  const { edges } = density;
  const x = linear([edges[0] ?? 0, edges.at(-1) ?? 1], [0, frame.width]);
  const line = (values: readonly number[]) => {
    const peak = Math.max(...values);
    const y = linear([0, peak > 0 ? peak : 1], [frame.height, frame.top]);
    return values.length < SMOOTH_FROM
      ? values.flatMap((value, bin) => [
          [x(edges[bin] as number), y(value)],
          [x(edges[bin + 1] as number), y(value)],
        ])
      : values.map((value, bin) => [
          x(((edges[bin] as number) + (edges[bin + 1] as number)) / 2),
          y(value),
        ]);
  };
  const path = (points: number[][]) =>
    points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${fixed(px)} ${fixed(py)}`).join("");
  const outside = line(density.outside);
  const first = outside[0]?.[0] ?? 0;
  const last = outside.at(-1)?.[0] ?? frame.width;
  return {
    inside: path(line(density.inside)),
    outside: `${path(outside)}L${fixed(last)} ${frame.height}L${fixed(first)} ${frame.height}Z`,
    x,
  };
}

function fixed(value: number | undefined): string {
  return String(Math.round((value ?? 0) * 100) / 100);
}
