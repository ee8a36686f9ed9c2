// Selecting by a brush: discs along the way of the pointer, as a mask like that of an outline.

import type { ScreenPoint } from "./coordinates.ts";
import type { PolygonMask } from "./lasso.ts";

/** Radius of the brush, CSS pixels. */
export const BRUSH_RADIUS = 18;
/** Finer than a point; one cell more than the way is long costs nothing. */
const CELLS_PER_PIXEL = 1;

/** All that lies within `radius` of the way, which has at least one point. */
export function rasteriseBrush(way: readonly ScreenPoint[], radius = BRUSH_RADIUS): PolygonMask {
  const xs = way.map(([x]) => x);
  const ys = way.map(([, y]) => y);
  const [left, top] = [Math.min(...xs) - radius, Math.min(...ys) - radius];
  const columns = Math.max(1, Math.ceil((Math.max(...xs) + radius - left) * CELLS_PER_PIXEL));
  const rows = Math.max(1, Math.ceil((Math.max(...ys) + radius - top) * CELLS_PER_PIXEL));
  const mask = { left, top, cellsPerPixel: CELLS_PER_PIXEL, columns, rows };
  const cells = new Uint8Array(columns * rows);
  let before = way[0] as ScreenPoint;
  for (const point of way) {
    // Stamps closer than a third of the radius leave no notch that a point could fall through.
    const steps = Math.max(
      1,
      Math.ceil(Math.hypot(point[0] - before[0], point[1] - before[1]) / (radius / 3)),
    );
    for (let step = 1; step <= steps; step++) {
      const share = step / steps;
      const x = before[0] + share * (point[0] - before[0]) - left;
      const y = before[1] + share * (point[1] - before[1]) - top;
      stamp(
        cells,
        columns,
        rows,
        x * CELLS_PER_PIXEL,
        y * CELLS_PER_PIXEL,
        radius * CELLS_PER_PIXEL,
      );
    }
    before = point;
  }
  return { ...mask, cells };
}

function stamp(
  cells: Uint8Array,
  columns: number,
  rows: number,
  x: number,
  y: number,
  radius: number,
): void {
  const last = Math.min(rows - 1, Math.floor(y + radius));
  for (let row = Math.max(0, Math.floor(y - radius)); row <= last; row++) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (row + 0.5 - y) ** 2));
    const from = Math.max(0, Math.round(x - half));
    const to = Math.min(columns, Math.round(x + half));
    if (to > from) cells.fill(1, row * columns + from, row * columns + to);
  }
}
