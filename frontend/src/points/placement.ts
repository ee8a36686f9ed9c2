// Where names stand on the map: a representative point per cluster, and boxes that do not overlap.

import type { Projection, ScreenPoint, Viewport } from "./coordinates.ts";
import { toScreen } from "./coordinates.ts";
import type { PointStore } from "./store.ts";

/** Points looked at; the drawn order is a shuffle, so the first ones are a fair sample. */
const SAMPLE = 24_000;
/** Members compared with each other per cluster. */
const MEMBERS = 160;

/** Where a cluster lies: enough of it to place a name at every camera position. */
export interface ClusterAnchor {
  /** Index (in drawn order) of the medoid; unlike a mean it lies inside crescents and rings. */
  medoid: number;
  /** Some members, a fair sample, in drawn order. */
  members: readonly number[];
}

/** The anchor of every label, or null for a label that the sample does not hold. */
export function clusterAnchors(
  store: PointStore,
  labels: Uint16Array,
  nClusters: number,
): (ClusterAnchor | null)[] {
  const members: number[][] = Array.from({ length: nClusters }, () => []);
  for (let i = 0; i < Math.min(store.count, SAMPLE); i++) {
    const list = members[labels[store.rows[i] as number] as number];
    if (list && list.length < MEMBERS) list.push(i);
  }
  return members.map((list) =>
    list.length > 0 ? { medoid: medoid(store, list), members: list } : null,
  );
}

/**
 * Where a cluster's name goes: above its crown, over the medoid. The crown is the height that all but the
 * topmost twentieth of the members stay below, so that an outlier does not lift the name away.
 */
export function nameAnchor(
  store: PointStore,
  projection: Projection,
  anchor: ClusterAnchor,
): ScreenPoint {
  const heights = anchor.members.map((index) => toScreen(projection, store.point(index))[1]);
  heights.sort((a, b) => a - b);
  const crown = heights[Math.floor(heights.length / 20)] as number;
  return [toScreen(projection, store.point(anchor.medoid))[0], crown];
}

function medoid(store: PointStore, members: readonly number[]): number {
  let best = -1;
  let least = Infinity;
  for (const candidate of members) {
    let sum = 0;
    for (const other of members) sum += distance(store, candidate, other);
    if (sum < least) {
      least = sum;
      best = candidate;
    }
  }
  return best;
}

function distance(store: PointStore, a: number, b: number): number {
  let square = 0;
  for (let axis = 0; axis < store.dimensions; axis++) {
    const at = (index: number) => store.positions[index * store.stride + axis] as number;
    square += (at(a) - at(b)) ** 2;
  }
  return Math.sqrt(square);
}

export interface LabelBox {
  /** Where the name belongs, CSS pixels. */
  anchor: ScreenPoint;
  width: number;
  height: number;
}

/**
 * Centre of each box after placement, or null for one left out. Earlier boxes win: pass the largest first.
 *
 * A box tries its anchor, then above and below it; it is left out rather than cover another or leave the map.
 */
export function placeLabels(
  boxes: readonly LabelBox[],
  viewport: Viewport,
): (ScreenPoint | null)[] {
  const placed: { x: number; y: number; width: number; height: number }[] = [];
  return boxes.map(({ anchor, width, height }) => {
    if (anchor[0] < 0 || anchor[1] < 0 || anchor[0] > viewport.width || anchor[1] > viewport.height)
      return null;
    for (const shift of [0, -0.6, 0.6, -1.1, 1.1, -1.7, 1.7]) {
      const box = { x: anchor[0], y: anchor[1] + shift * height, width, height };
      if (!inside(box, viewport) || placed.some((other) => overlap(box, other))) continue;
      placed.push(box);
      return [box.x, box.y];
    }
    return null;
  });
}

interface Centred {
  x: number;
  y: number;
  width: number;
  height: number;
}

function inside(box: Centred, viewport: Viewport): boolean {
  return (
    box.x - box.width / 2 >= 0 &&
    box.y - box.height / 2 >= 0 &&
    box.x + box.width / 2 <= viewport.width &&
    box.y + box.height / 2 <= viewport.height
  );
}

function overlap(a: Centred, b: Centred): boolean {
  return (
    Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height
  );
}
