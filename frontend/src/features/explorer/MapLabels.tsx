import { type StoreApi, useStore } from "zustand";
import type { ClusterAnchor } from "../../points/placement.ts";
import { nameAnchor, placeLabels } from "../../points/placement.ts";
import type { PointStore } from "../../points/store.ts";
import { shortCount, useClusterName } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import type { MapView } from "./usePointMap.ts";

interface MapLabelsProps {
  store: PointStore;
  view: StoreApi<MapView | null>;
  /** Where every cluster lies, by label. */
  anchors: readonly (ClusterAnchor | null)[];
  shown: ShownPartition;
  isolated: number | null;
  colours: ClusterColours;
}

/** Height of name and size together, CSS pixels. */
const HEIGHT = 32;
/** Room of the toolbar, CSS pixels. */
const TOP = 66;

/** Names and sizes on the map. The cluster list says the same to screen readers. */
export function MapLabels(props: MapLabelsProps) {
  const clusterName = useClusterName();
  const { store, anchors, shown, isolated, colours } = props;
  const view = useStore(props.view);
  if (!view) return null;
  const named = shown.partition.clusters
    .filter(({ label }) => isolated === null || isolated === label)
    .toSorted((a, b) => b.size - a.size)
    .flatMap(({ label, size }) => {
      const anchor = anchors[label];
      if (!anchor) return [];
      const [x, crown] = nameAnchor(store, view.projection, anchor);
      // A name stays below the toolbar while any of its cluster is in view.
      const y = crown > 0 ? Math.max(crown - HEIGHT / 2, TOP) : crown;
      return [{ label, size, anchor: [x, y] as const }];
    });
  const places = placeLabels(
    named.map(({ label, anchor }) => ({
      anchor,
      width: clusterName(label).length * 7.4 + 10,
      height: HEIGHT,
    })),
    view.viewport,
  );
  return (
    <div className={classes.labels} aria-hidden="true">
      {named.map(({ label, size }, index) => {
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
