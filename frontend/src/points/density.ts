// Size and strength of a point from how crowded the picture is.

import type { Bounds, Projection, Viewport } from "./coordinates.ts";

/** Share of the layout's box that data typically covers. */
const FILLED_SHARE = 0.25;
/** Wanted optical depth -ln(1 - coverage) of a typically dense pixel. */
const WANTED_DEPTH = 2;

export interface PointLook {
  /** Diameter, CSS pixels. */
  size: number;
  /** Coverage of a single point, 0 to 1. */
  alpha: number;
}

/**
 * Look of `count` points. Zooming in spreads the same points over more pixels: they grow a little and become
 * stronger, until each is an opaque disc.
 */
export function pointLook(
  count: number,
  bounds: Bounds,
  projection: Projection,
  viewport: Viewport,
): PointLook {
  const scale = Math.hypot(...projection.x.slice(0, 3));
  const span = (axis: 0 | 1) => Math.max(bounds.maximum[axis] - bounds.minimum[axis], 1e-3) * scale;
  const area = Math.max(span(0) * span(1) * FILLED_SHARE, 1);
  const fitted = Math.min(viewport.width, viewport.height) / Math.max(scale, 1);
  const zoom = Math.max(1, 1 / Math.max(fitted, 1e-6));
  const base = count <= 1_000 ? 7 : count <= 20_000 ? 5 : count <= 200_000 ? 3 : 2;
  const size = Math.min(base * zoom ** 0.3, base + 6);
  const crowd = (count * size * size) / area;
  const alpha = 1 - Math.exp(-WANTED_DEPTH / Math.max(crowd, 0.01));
  return { size, alpha: Math.min(0.88, Math.max(0.012, alpha)) };
}
