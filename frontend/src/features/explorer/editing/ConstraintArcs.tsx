import { useMemo } from "react";
import { type StoreApi, useStore } from "zustand";
import type { ConstraintSet } from "../../../api/contract.ts";
import { toScreen } from "../../../points/coordinates.ts";
import type { PointStore } from "../../../points/store.ts";
import type { MapView } from "../usePointMap.ts";
import { arcPath, constraintPairs } from "./arcs.ts";
import classes from "./editing.module.css";

interface ConstraintArcsProps {
  store: PointStore;
  view: StoreApi<MapView | null>;
  constraints: ConstraintSet;
  /** Cannot-links that do not hold. */
  violated: readonly (readonly [number, number])[];
  /** Points that have arrived; a row may be among the next ones. */
  arrived: number;
}

/** Constraints on the map: rows that belong together by a line, those that belong apart by a broken one. */
export function ConstraintArcs(props: ConstraintArcsProps) {
  const { store, constraints, violated, arrived } = props;
  const view = useStore(props.view);
  const pairs = useMemo(() => constraintPairs(constraints, violated), [constraints, violated]);
  const places = useMemo(() => {
    const wanted = new Set(pairs.flatMap(({ rows }) => rows));
    const found = new Map<number, number>();
    for (let index = 0; index < arrived && found.size < wanted.size; index++) {
      const row = store.rows[index] as number;
      if (wanted.has(row)) found.set(row, index);
    }
    return found;
  }, [pairs, store, arrived]);
  if (!view || pairs.length === 0) return null;
  const at = (row: number) => {
    const index = places.get(row);
    return index === undefined ? null : toScreen(view.projection, store.point(index));
  };
  return (
    <svg className={classes.arcs} aria-hidden="true">
      {pairs.map(({ rows: [left, right], kind, isViolated }) => {
        const [from, to] = [at(left), at(right)];
        if (!from || !to) return null;
        return (
          <path
            key={`${kind} ${left} ${right}`}
            d={arcPath(from, to)}
            data-kind={kind}
            data-violated={isViolated || undefined}
          />
        );
      })}
    </svg>
  );
}
