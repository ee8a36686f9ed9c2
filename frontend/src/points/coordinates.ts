// The two spaces of the map, branded so that they can't be mixed, and the affine bridge between them.

/** A point of the layout in units of the quantised cube: every axis runs from 0 to 1. */
export type DataPoint = readonly [x: number, y: number, z: number] & { readonly space?: "data" };

/** A point of the canvas in CSS pixels: x to the right, y down. */
export type ScreenPoint = readonly [x: number, y: number] & { readonly space?: "screen" };

/** Size of the canvas in CSS pixels. */
export interface Viewport {
  width: number;
  height: number;
}

/** Box in data space; a flat layout has equal z bounds. */
export interface Bounds {
  minimum: DataPoint;
  maximum: DataPoint;
}

/**
 * Screen position as an affine function of the data position. Both cameras are orthographic, so lasso,
 * hover and labels need no division: sx = x[0]·px + x[1]·py + x[2]·pz + x[3]; depth runs from -1 (near) to 1.
 */
export interface Projection {
  x: readonly [number, number, number, number];
  y: readonly [number, number, number, number];
  depth: readonly [number, number, number, number];
}

export function toScreen(projection: Projection, point: DataPoint): ScreenPoint {
  const [px, py, pz] = point;
  const { x, y } = projection;
  return [x[0] * px + x[1] * py + x[2] * pz + x[3], y[0] * px + y[1] * py + y[2] * pz + y[3]];
}

/** Column-major 4×4 matrix from data space to clip space for a canvas of `viewport`. */
export function clipMatrix(projection: Projection, viewport: Viewport): Float32Array {
  const { x, y, depth } = projection;
  const sx = 2 / viewport.width;
  const sy = -2 / viewport.height;
  return new Float32Array([
    x[0] * sx,
    y[0] * sy,
    depth[0],
    0,
    x[1] * sx,
    y[1] * sy,
    depth[1],
    0,
    x[2] * sx,
    y[2] * sy,
    depth[2],
    0,
    x[3] * sx - 1,
    y[3] * sy + 1,
    depth[3],
    1,
  ]);
}
