// The geometry of constraint arcs.

import type { ConstraintSet } from "../../../api/contract.ts";
import type { ScreenPoint } from "../../../points/coordinates.ts";

export interface ConstraintPair {
  rows: readonly [number, number];
  kind: "together" | "apart";
  isViolated: boolean;
}

/** Arcs drawn at most; more of them hide the map. */
const MOST_PAIRS = 200;
/** Height of an arc over its chord, as a share of the chord. */
const BEND = 0.18;

/** The pairs of rows to join by arcs: every row of a group with its first, first rows of sides. */
export function constraintPairs(
  { must_link, cannot_link }: ConstraintSet,
  violated: readonly (readonly [number, number])[],
): ConstraintPair[] {
  const broken = new Set(violated.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`));
  const together = must_link.flatMap(([first, ...others]) =>
    others.map((row) => pair(first as number, row, "together")),
  );
  const apart = cannot_link.map(([left, right]) => {
    const isViolated = left.some((a) =>
      right.some((b) => broken.has(`${Math.min(a, b)} ${Math.max(a, b)}`)),
    );
    return { ...pair(left[0] as number, right[0] as number, "apart"), isViolated };
  });
  return [...apart, ...together].slice(0, MOST_PAIRS);
}

function pair(left: number, right: number, kind: ConstraintPair["kind"]): ConstraintPair {
  return { rows: [left, right], kind, isViolated: false };
}

/** An SVG path from one point to another, bent to its left. */
export function arcPath([x1, y1]: ScreenPoint, [x2, y2]: ScreenPoint): string {
  const middle = [(x1 + x2) / 2 + (y2 - y1) * BEND, (y1 + y2) / 2 - (x2 - x1) * BEND];
  return `M${x1} ${y1}Q${middle[0]} ${middle[1]} ${x2} ${y2}`;
}
