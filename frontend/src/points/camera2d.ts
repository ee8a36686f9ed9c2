// The flat camera: a centre and a scale. Pure functions; y points up in the data and down on the screen.

import type { Bounds, DataPoint, Projection, ScreenPoint, Viewport } from "./coordinates.ts";

export interface Camera2D {
  kind: "2d";
  /** Data point in the middle of the canvas. */
  centerX: number;
  centerY: number;
  /** CSS pixels per data unit. */
  scale: number;
}

const MINIMUM_SCALE = 40;
const MAXIMUM_SCALE = 4_000_000;

/** Room kept free at the sides when fitting, in CSS pixels: toolbar above, status line below. */
export const FIT_PADDING = { x: 40, top: 64, bottom: 48 };

/** Shows all of `bounds` beside what floats over the left `occupied` CSS pixels. */
export function fit2D(bounds: Bounds, viewport: Viewport, occupied = 0): Camera2D {
  const spanX = Math.max(bounds.maximum[0] - bounds.minimum[0], 1e-6);
  const spanY = Math.max(bounds.maximum[1] - bounds.minimum[1], 1e-6);
  const roomX = Math.max(viewport.width - occupied - 2 * FIT_PADDING.x, 40);
  const roomY = Math.max(viewport.height - FIT_PADDING.top - FIT_PADDING.bottom, 40);
  const scale = clampScale(Math.min(roomX / spanX, roomY / spanY));
  const shift = (FIT_PADDING.top - FIT_PADDING.bottom) / 2 / scale;
  return {
    kind: "2d",
    centerX: (bounds.minimum[0] + bounds.maximum[0]) / 2 - occupied / 2 / scale,
    centerY: (bounds.minimum[1] + bounds.maximum[1]) / 2 + shift,
    scale,
  };
}

export function projection2D(camera: Camera2D, viewport: Viewport): Projection {
  const { centerX, centerY, scale } = camera;
  return {
    x: [scale, 0, 0, viewport.width / 2 - centerX * scale],
    y: [0, -scale, 0, viewport.height / 2 + centerY * scale],
    depth: [0, 0, 0, 0],
  };
}

/** Data point under a screen point; the inverse of projecting with `projection2D`. */
export function toData2D(camera: Camera2D, viewport: Viewport, [sx, sy]: ScreenPoint): DataPoint {
  return [
    camera.centerX + (sx - viewport.width / 2) / camera.scale,
    camera.centerY - (sy - viewport.height / 2) / camera.scale,
    0,
  ];
}

/** Zoom by `factor` so that the data point under `anchor` stays under it. */
export function zoom2D(
  camera: Camera2D,
  viewport: Viewport,
  factor: number,
  anchor: ScreenPoint,
): Camera2D {
  const scale = clampScale(camera.scale * factor);
  const [dataX, dataY] = toData2D(camera, viewport, anchor);
  return {
    kind: "2d",
    centerX: dataX - (anchor[0] - viewport.width / 2) / scale,
    centerY: dataY + (anchor[1] - viewport.height / 2) / scale,
    scale,
  };
}

/** Move the picture by whole or broken CSS pixels. */
export function pan2D(camera: Camera2D, dx: number, dy: number): Camera2D {
  return {
    ...camera,
    centerX: camera.centerX - dx / camera.scale,
    centerY: camera.centerY + dy / camera.scale,
  };
}

export function clampScale(scale: number): number {
  return Math.min(MAXIMUM_SCALE, Math.max(MINIMUM_SCALE, scale));
}
