// The names on the map: which are shown, where, and in which colour.

import type { ClusterAnchor } from "../../points/placement.ts";
import { nameAnchor, placeLabels } from "../../points/placement.ts";
import type { PointStore } from "../../points/store.ts";
import { shortCount } from "./clusterNames.ts";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import type { MapView } from "./usePointMap.ts";

/** Height of name and size together, CSS pixels. */
const HEIGHT = 32;
/** Room of the toolbar, CSS pixels. */
const TOP = 66;

export interface NamedClusters {
  store: PointStore;
  /** Where every cluster lies, by label. */
  anchors: readonly (ClusterAnchor | null)[];
  shown: ShownPartition;
  isolated: number | null;
  colours: ClusterColours;
  nameOf: (label: number) => string;
}

export interface PlacedName {
  label: number;
  name: string;
  /** Of the cluster, in few letters. */
  size: string;
  /** Middle of the name and the size below it, CSS pixels. */
  x: number;
  y: number;
  /** CSS colour of the cluster. */
  colour: string;
}

/** Names that do not cover each other; the largest clusters come first. */
export function placedNames(
  { store, anchors, shown, isolated, colours, nameOf }: NamedClusters,
  view: MapView,
): PlacedName[] {
  const named = shown.partition.clusters
    .filter(({ label }) => isolated === null || isolated === label)
    .toSorted((a, b) => b.size - a.size)
    .flatMap(({ label, size }) => {
      const anchor = anchors[label];
      if (!anchor) return [];
      const [x, crown] = nameAnchor(store, view.projection, anchor);
      // A name stays below the toolbar while any of its cluster is in view.
      const y = crown > 0 ? Math.max(crown - HEIGHT / 2, TOP) : crown;
      return [{ label, size, name: nameOf(label), anchor: [x, y] as const }];
    });
  const boxes = named.map(({ name, anchor }) => ({
    anchor,
    width: name.length * 7.4 + 10,
    height: HEIGHT,
  }));
  const places = placeLabels(boxes, view.viewport);
  return named.flatMap(({ label, size, name }, index) => {
    const place = places[index];
    if (!place) return [];
    const colour = colours.css(shown.slots[label] ?? 0);
    return [{ label, name, size: shortCount(size), x: place[0], y: place[1], colour }];
  });
}
