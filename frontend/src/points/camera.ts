// Either camera, by its kind: what the map asks of one without knowing which.

import type { Camera2D } from "./camera2d.ts";
import { fit2D, pan2D, projection2D, zoom2D } from "./camera2d.ts";
import type { Camera3D } from "./camera3d.ts";
import { fit3D, orbit, pan3D, projection3D, zoom3D } from "./camera3d.ts";
import type { Bounds, Projection, ScreenPoint, Viewport } from "./coordinates.ts";

export type Camera = Camera2D | Camera3D;

export function projectionOf(camera: Camera, viewport: Viewport): Projection {
  return camera.kind === "2d" ? projection2D(camera, viewport) : projection3D(camera, viewport);
}

/**
 * A camera of as many dimensions that shows all of `bounds`, turned as `before` was. A flat one keeps the left
 * `occupied` CSS pixels free.
 */
export function fitted(
  before: Camera,
  dimensions: 2 | 3,
  bounds: Bounds,
  viewport: Viewport,
  occupied: number,
): Camera {
  if (dimensions === 2) return fit2D(bounds, viewport, occupied);
  if (before.kind === "3d") return fit3D(bounds, viewport, before.yaw, before.pitch);
  return fit3D(bounds, viewport);
}

export function panned(camera: Camera, dx: number, dy: number): Camera {
  return camera.kind === "2d" ? pan2D(camera, dx, dy) : pan3D(camera, dx, dy);
}

/** Turn a 3-D map; a flat one pans instead. */
export function turned(camera: Camera, viewport: Viewport, dx: number, dy: number): Camera {
  return camera.kind === "2d" ? pan2D(camera, dx, dy) : orbit(camera, viewport, dx, dy);
}

export function zoomed(
  camera: Camera,
  viewport: Viewport,
  factor: number,
  anchor: ScreenPoint,
): Camera {
  return camera.kind === "2d"
    ? zoom2D(camera, viewport, factor, anchor)
    : zoom3D(camera, viewport, factor, anchor);
}
