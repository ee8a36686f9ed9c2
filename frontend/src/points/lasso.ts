// Selecting by an outline: the polygon is rasterised once, then each point costs one look-up.

import type { Projection, ScreenPoint } from "./coordinates.ts";
import type { PointStore } from "./store.ts";

/** Cells along the longer side of a mask; finer than the screen at every usual size. */
const MAXIMUM_CELLS = 2048;

/** A polygon as a bitmap over its bounding box. */
export interface PolygonMask {
  /** Upper left corner of the box, CSS pixels. */
  left: number;
  top: number;
  /** Cells per CSS pixel. */
  cellsPerPixel: number;
  columns: number;
  rows: number;
  /** 1 inside, 0 outside, row by row. */
  cells: Uint8Array;
}

export type SelectionMode = "replace" | "add" | "subtract";

/** Even-odd rasterisation, one scan line per row of cells; null when the outline encloses nothing. */
export function rasterisePolygon(outline: readonly ScreenPoint[]): PolygonMask | null {
  if (outline.length < 3) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of outline) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const longer = Math.max(right - left, bottom - top);
  if (!(right > left && bottom > top)) return null;
  const cellsPerPixel = Math.min(2, MAXIMUM_CELLS / longer);
  const columns = Math.max(1, Math.ceil((right - left) * cellsPerPixel));
  const rows = Math.max(1, Math.ceil((bottom - top) * cellsPerPixel));
  const cells = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const crossings = crossingsAt(outline, top + (row + 0.5) / cellsPerPixel);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.ceil(((crossings[pair] ?? 0) - left) * cellsPerPixel - 0.5);
      const to = Math.ceil(((crossings[pair + 1] ?? 0) - left) * cellsPerPixel - 0.5);
      cells.fill(1, row * columns + Math.max(from, 0), row * columns + Math.min(to, columns));
    }
  }
  return { left, top, cellsPerPixel, columns, rows, cells };
}

function crossingsAt(outline: readonly ScreenPoint[], y: number): number[] {
  const crossings: number[] = [];
  let previous = outline[outline.length - 1] as ScreenPoint;
  for (const current of outline) {
    if (previous[1] > y !== current[1] > y) {
      const share = (y - previous[1]) / (current[1] - previous[1]);
      crossings.push(previous[0] + share * (current[0] - previous[0]));
    }
    previous = current;
  }
  return crossings.toSorted((a, b) => a - b);
}

export function maskHolds(mask: PolygonMask, x: number, y: number): boolean {
  const column = Math.floor((x - mask.left) * mask.cellsPerPixel);
  const row = Math.floor((y - mask.top) * mask.cellsPerPixel);
  if (column < 0 || row < 0 || column >= mask.columns || row >= mask.rows) return false;
  return mask.cells[row * mask.columns + column] === 1;
}

/** The four corners of a box drawn from one corner to the opposite one. */
export function boxOutline(from: ScreenPoint, to: ScreenPoint): ScreenPoint[] {
  return [from, [to[0], from[1]], to, [from[0], to[1]]];
}

/**
 * Mark the points inside `mask` in `selected`, one byte per table row.
 *
 * `allowed` (by row, optional) confines the change, for example to the isolated cluster.
 */
export function selectInside(
  store: PointStore,
  projection: Projection,
  mask: PolygonMask,
  mode: SelectionMode,
  selected: Uint8Array,
  allowed?: (row: number) => boolean,
): void {
  if (mode === "replace") selected.fill(0);
  const mark = mode === "subtract" ? 0 : 1;
  const { positions, rows, stride, dimensions } = store;
  const scale = mask.cellsPerPixel / 65535;
  const [ax, bx, cx] = [projection.x[0] * scale, projection.x[1] * scale, projection.x[2] * scale];
  const [ay, by, cy] = [projection.y[0] * scale, projection.y[1] * scale, projection.y[2] * scale];
  const dx = (projection.x[3] - mask.left) * mask.cellsPerPixel;
  const dy = (projection.y[3] - mask.top) * mask.cellsPerPixel;
  for (let i = 0, at = 0; i < store.count; i++, at += stride) {
    const x = positions[at] as number;
    const y = positions[at + 1] as number;
    const z = dimensions === 3 ? (positions[at + 2] as number) : 0;
    const column = Math.floor(ax * x + bx * y + cx * z + dx);
    const row = Math.floor(ay * x + by * y + cy * z + dy);
    if (column < 0 || row < 0 || column >= mask.columns || row >= mask.rows) continue;
    if (mask.cells[row * mask.columns + column] === 0) continue;
    const tableRow = rows[i] as number;
    if (allowed === undefined || allowed(tableRow)) selected[tableRow] = mark;
  }
}
