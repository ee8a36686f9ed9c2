// Finding the point under the cursor: a uniform grid over screen-independent coordinates, filled by counting sort.

import type { Projection } from "./coordinates.ts";
import type { PointStore } from "./store.ts";

/** Points sorted per step of the build, so that no step holds the page up. */
const CHUNK = 65_536;

export class HoverIndex {
  private readonly starts: Uint32Array;
  private readonly order: Uint32Array;
  private readonly cellX: number;
  private readonly cellY: number;

  private constructor(
    private readonly xs: Float32Array,
    private readonly ys: Float32Array,
    private readonly side: number,
    private readonly left: number,
    private readonly top: number,
    width: number,
    height: number,
  ) {
    this.cellX = side / Math.max(width, 1e-9);
    this.cellY = side / Math.max(height, 1e-9);
    this.starts = new Uint32Array(side * side + 1);
    this.order = new Uint32Array(xs.length);
  }

  /**
   * Build over the first `limit` points as `projection` shows them, yielding between chunks.
   *
   * Coordinates are the projection's own pixels: a flat map projects once at scale 1 and stays valid under
   * pan and zoom, an orbiting one is built anew when it comes to rest.
   */
  static *build(
    store: PointStore,
    projection: Projection,
    limit = store.count,
  ): Generator<void, HoverIndex> {
    const size = Math.min(limit, store.count);
    const xs = new Float32Array(size);
    const ys = new Float32Array(size);
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    const { x: px, y: py } = projection;
    for (let i = 0; i < size; i++) {
      const at = i * store.stride;
      const a = (store.positions[at] as number) / 65535;
      const b = (store.positions[at + 1] as number) / 65535;
      const c = store.dimensions === 3 ? (store.positions[at + 2] as number) / 65535 : 0;
      const x = px[0] * a + px[1] * b + px[2] * c + px[3];
      const y = py[0] * a + py[1] * b + py[2] * c + py[3];
      xs[i] = x;
      ys[i] = y;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      if (i % CHUNK === CHUNK - 1) yield;
    }
    const side = Math.max(1, Math.min(1024, Math.ceil(Math.sqrt(size / 2))));
    const index = new HoverIndex(xs, ys, side, left, top, right - left, bottom - top);
    yield* index.fill();
    return index;
  }

  private *fill(): Generator<void, void> {
    const cells = new Uint32Array(this.xs.length);
    for (let i = 0; i < cells.length; i++) {
      const cell = this.row(this.ys[i] as number) * this.side + this.column(this.xs[i] as number);
      cells[i] = cell;
      this.starts[cell + 1] = (this.starts[cell + 1] as number) + 1;
      if (i % CHUNK === CHUNK - 1) yield;
    }
    for (let cell = 0; cell < this.side * this.side; cell++) {
      this.starts[cell + 1] = (this.starts[cell + 1] as number) + (this.starts[cell] as number);
    }
    const next = this.starts.slice();
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as number;
      const slot = next[cell] as number;
      this.order[slot] = i;
      next[cell] = slot + 1;
      if (i % CHUNK === CHUNK - 1) yield;
    }
  }

  private column(x: number): number {
    return Math.min(this.side - 1, Math.max(0, Math.floor((x - this.left) * this.cellX)));
  }

  private row(y: number): number {
    return Math.min(this.side - 1, Math.max(0, Math.floor((y - this.top) * this.cellY)));
  }

  /** Index (in drawn order) of the nearest point within `radius` that `accepts` lets through, or -1. */
  nearest(x: number, y: number, radius: number, accepts?: (index: number) => boolean): number {
    let best = -1;
    let bestSquare = radius * radius;
    const lastColumn = this.column(x + radius);
    const lastRow = this.row(y + radius);
    for (let row = this.row(y - radius); row <= lastRow; row++) {
      for (let column = this.column(x - radius); column <= lastColumn; column++) {
        const cell = row * this.side + column;
        for (
          let slot = this.starts[cell] as number;
          slot < (this.starts[cell + 1] as number);
          slot++
        ) {
          const index = this.order[slot] as number;
          const square =
            ((this.xs[index] as number) - x) ** 2 + ((this.ys[index] as number) - y) ** 2;
          if (square > bestSquare || (square === bestSquare && best !== -1)) continue;
          if (accepts && !accepts(index)) continue;
          best = index;
          bestSquare = square;
        }
      }
    }
    return best;
  }
}
