import { type StoreApi, useStore } from "zustand";
import classes from "./explorer.module.css";
import { type NamedClusters, placedNames } from "./placedNames.ts";
import type { MapView } from "./usePointMap.ts";

interface MapLabelsProps {
  named: NamedClusters;
  view: StoreApi<MapView | null>;
}

/** Names and sizes on the map. The cluster list says the same to screen readers. */
export function MapLabels({ named, view }: MapLabelsProps) {
  const current = useStore(view);
  if (!current) return null;
  return (
    <div className={classes.labels} aria-hidden="true">
      {placedNames(named, current).map(({ label, name, size, x, y, colour }) => (
        <div key={label} className={classes.label} style={{ left: x, top: y }}>
          <span style={{ color: `color-mix(in srgb, ${colour} 55%, var(--fg))` }}>{name}</span>
          <small>{size}</small>
        </div>
      ))}
    </div>
  );
}
