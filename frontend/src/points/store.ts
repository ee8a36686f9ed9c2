// The points of one layout in main memory: typed arrays in drawn order, filled batch by batch.

import type { Bounds, DataPoint } from "./coordinates.ts";

/** A side of the box along one axis, in data units. */
function edge(side: readonly number[], axis: number): number {
  return (side[axis] as number) / 65535;
}

/** One record batch of GET /runs/{id}/points. */
export interface PointBatch {
  row: Uint32Array;
  x: Uint16Array;
  y: Uint16Array;
  z?: Uint16Array | undefined;
}

export class PointStore {
  /** Quantised positions, `stride` numbers a point (a 3-D point is padded to 8 bytes for the GPU). */
  readonly positions: Uint16Array;
  /** Table row of the i-th drawn point. The order is a fixed shuffle, so every prefix is a fair sample. */
  readonly rows: Uint32Array;
  readonly stride: number;
  /** Points filled so far. */
  count = 0;
  private readonly low = [65535, 65535, 65535];
  private readonly high = [0, 0, 0];

  constructor(
    readonly capacity: number,
    readonly dimensions: 2 | 3,
  ) {
    this.stride = dimensions === 2 ? 2 : 4;
    this.positions = new Uint16Array(capacity * this.stride);
    this.rows = new Uint32Array(capacity);
  }

  /** Append a batch; returns the index of its first point. Points past the capacity are refused. */
  append(batch: PointBatch): number {
    const start = this.count;
    const size = batch.row.length;
    if (start + size > this.capacity) {
      throw new RangeError(
        `the batch ends at point ${start + size}, but the layout was announced with ${this.capacity}; reload it.`,
      );
    }
    this.rows.set(batch.row, start);
    const axes = this.dimensions === 3 ? [batch.x, batch.y, batch.z] : [batch.x, batch.y];
    axes.forEach((values, axis) => {
      if (values) this.fillAxis(values, axis, start);
    });
    this.count = start + size;
    return start;
  }

  private fillAxis(values: Uint16Array, axis: number, start: number): void {
    let low = this.low[axis] as number;
    let high = this.high[axis] as number;
    for (let i = 0, at = start * this.stride + axis; i < values.length; i++, at += this.stride) {
      const value = values[i] as number;
      this.positions[at] = value;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    this.low[axis] = low;
    this.high[axis] = high;
  }

  /** Box around the points so far, in data units; the unit cube while there are none. */
  bounds(): Bounds {
    if (this.count === 0)
      return { minimum: [0, 0, 0], maximum: [1, 1, this.dimensions === 3 ? 1 : 0] };
    return this.box(this.low, this.high);
  }

  private box(low: readonly number[], high: readonly number[]): Bounds {
    const flat = this.dimensions === 2;
    return {
      minimum: [edge(low, 0), edge(low, 1), flat ? 0 : edge(low, 2)],
      maximum: [edge(high, 0), edge(high, 1), flat ? 0 : edge(high, 2)],
    };
  }

  /** Box around the points whose byte in `selected` (by table row) is set; null when there is none. */
  boundsOf(selected: Uint8Array): Bounds | null {
    const low = [65535, 65535, 65535];
    const high = [0, 0, 0];
    let found = false;
    for (let i = 0, at = 0; i < this.count; i++, at += this.stride) {
      if (selected[this.rows[i] as number] === 0) continue;
      found = true;
      for (let axis = 0; axis < this.dimensions; axis++) {
        const value = this.positions[at + axis] as number;
        if (value < (low[axis] as number)) low[axis] = value;
        if (value > (high[axis] as number)) high[axis] = value;
      }
    }
    return found ? this.box(low, high) : null;
  }

  /** The i-th drawn point in data units. */
  point(index: number): DataPoint {
    const start = index * this.stride;
    const z = this.dimensions === 3 ? (this.positions[start + 2] as number) / 65535 : 0;
    const [x, y] = [this.positions[start] as number, this.positions[start + 1] as number];
    return [x / 65535, y / 65535, z];
  }

  /** Values given by table row, brought into drawn order for points `from` to `to`. */
  gather<T extends Uint8Array | Uint16Array | Uint32Array>(
    byRow: T,
    drawn: T,
    from: number,
    to: number,
  ): void {
    const { rows } = this;
    for (let i = from; i < to; i++) drawn[i] = byRow[rows[i] as number] as number;
  }
}
