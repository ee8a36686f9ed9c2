import type { DataPoint } from "../../points/coordinates.ts";
import { toScreen } from "../../points/coordinates.ts";
import { placeLabels } from "../../points/placement.ts";
import type { PointStore } from "../../points/store.ts";
import { clusterName, shortCount } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import type { MapView } from "./usePointMap.ts";

interface MapLabelsProps {
  store: PointStore;
  view: MapView;
  /** Index of a representative point of every label, or -1. */
  anchors: Int32Array;
  shown: ShownPartition;
  isolated: number | null;
  colours: ClusterColours;
}

/** Height of name and size together, CSS pixels. */
const HEIGHT = 32;

/** Names and sizes on the map. The cluster list says the same to screen readers. */
export function MapLabels({ store, view, anchors, shown, isolated, colours }: MapLabelsProps) {
  const clusters = shown.partition.clusters
    .filter(({ label }) => (anchors[label] ?? -1) >= 0)
    .filter(({ label }) => isolated === null || isolated === label)
    .toSorted((a, b) => b.size - a.size);
  const places = placeLabels(
    clusters.map(({ label }) => ({
      anchor: toScreen(view.projection, position(store, anchors[label] as number)),
      width: clusterName(label).length * 7.4 + 10,
      height: HEIGHT,
    })),
    view.viewport,
  );
  return (
    <div className={classes.labels} aria-hidden="true">
      {clusters.map(({ label, size }, index) => {
        const place = places[index];
        if (!place) return null;
        const colour = colours.css(shown.slots[label] ?? 0);
        return (
          <div key={label} className={classes.label} style={{ left: place[0], top: place[1] }}>
            <span style={{ color: `color-mix(in srgb, ${colour} 55%, var(--fg))` }}>
              {clusterName(label)}
            </span>
            <small>{shortCount(size)}</small>
          </div>
        );
      })}
    </div>
  );
}

function position(store: PointStore, index: number): DataPoint {
  const at = index * store.stride;
  const axis = (offset: number) => (store.positions[at + offset] as number) / 65535;
  return [axis(0), axis(1), store.dimensions === 3 ? axis(2) : 0];
}
