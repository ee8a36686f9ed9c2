// Which point lies under the cursor. Keeps a hover index that fits the picture, built in the background.

import type { Camera } from "./camera.ts";
import type { Projection, ScreenPoint } from "./coordinates.ts";
import { HoverIndex } from "./hover.ts";
import type { PointMap } from "./map.ts";
import type { PointStore } from "./store.ts";

/** How near the cursor must be, CSS pixels. */
const REACH = 10;
/** Points an orbiting map looks among: it is indexed anew after every turn. */
const LIMIT_3D = 200_000;
/** The flat index lives in these units, so that it survives pan and zoom. */
const FLAT_UNITS = 1000;
const FLAT: Projection = {
  x: [FLAT_UNITS, 0, 0, 0],
  y: [0, -FLAT_UNITS, 0, 0],
  depth: [0, 0, 0, 0],
};

export class PointPicker {
  private index: HoverIndex | null = null;
  private builtFor: { store: PointStore; count: number; camera: Camera | null } | null = null;
  private building: Generator<void, HoverIndex> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: PointMap,
    private readonly onReady: () => void,
  ) {}

  /** Index (in drawn order) of the nearest point, or -1: none is near, or the index is still being built. */
  pick([sx, sy]: ScreenPoint): number {
    this.refresh();
    if (!this.index) return -1;
    if (this.map.camera.kind === "3d") return this.index.nearest(sx, sy, REACH);
    const { x, y } = this.map.projection;
    const perPixel = FLAT_UNITS / x[0];
    return this.index.nearest((sx - x[3]) * perPixel, (sy - y[3]) * perPixel, REACH * perPixel);
  }

  private refresh(): void {
    const { store, camera } = this.map;
    const wanted = { store, count: store.count, camera: camera.kind === "3d" ? camera : null };
    const built = this.builtFor;
    if (built?.store === store && built.count === store.count && built.camera === wanted.camera)
      return;
    this.builtFor = wanted;
    this.index = null;
    const projection = wanted.camera ? this.map.projection : FLAT;
    this.building = HoverIndex.build(store, projection, wanted.camera ? LIMIT_3D : store.count);
    clearTimeout(this.timer);
    this.step();
  }

  private readonly step = (): void => {
    const end = performance.now() + 8;
    while (this.building && performance.now() < end) {
      const { done, value } = this.building.next();
      if (!done) continue;
      this.building = null;
      this.index = value;
      this.onReady();
    }
    if (this.building) this.timer = setTimeout(this.step, 0);
  };

  dispose(): void {
    clearTimeout(this.timer);
    this.building = null;
  }
}
