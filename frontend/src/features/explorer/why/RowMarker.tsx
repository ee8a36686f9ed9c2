import { useMemo } from "react";
import { type StoreApi, useStore } from "zustand";
import { toScreen } from "../../../points/coordinates.ts";
import type { PointStore } from "../../../points/store.ts";
import type { MapView } from "../usePointMap.ts";
import classes from "./why.module.css";

interface RowMarkerProps {
  store: PointStore;
  view: StoreApi<MapView | null>;
  /** Table row, 0-based. */
  row: number;
  /** Points that have arrived; the row may be among the next ones. */
  arrived: number;
}

/** A ring around the point of the row that is explained. */
export function RowMarker({ store, view: source, row, arrived }: RowMarkerProps) {
  const view = useStore(source);
  const index = useMemo(() => store.rows.subarray(0, arrived).indexOf(row), [store, row, arrived]);
  if (!view || index < 0) return null;
  const [left, top] = toScreen(view.projection, store.point(index));
  return <i className={classes.marker} style={{ left, top }} aria-hidden="true" />;
}
