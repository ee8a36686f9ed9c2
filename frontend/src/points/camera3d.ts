// The orbit camera: orthographic, turning about a pivot. Orthographic keeps screen positions affine in the
// data (see coordinates.ts) and lengths comparable; depth is shown by size and strength instead of perspective.

import { clampScale, FIT_PADDING } from "./camera2d.ts";
import type { Bounds, DataPoint, Projection, ScreenPoint, Viewport } from "./coordinates.ts";

export interface Camera3D {
  kind: "3d";
  /** Turn about the vertical axis, radians. */
  yaw: number;
  /** Tilt towards the viewer, radians, within a quarter turn. */
  pitch: number;
  /** CSS pixels per data unit. */
  scale: number;
  pivot: DataPoint;
  /** Offset of the pivot from the middle of the canvas, CSS pixels. */
  offsetX: number;
  offsetY: number;
  /** Half the depth of the scene in data units; maps depth to -1..1. */
  reach: number;
}

const QUARTER_TURN = Math.PI / 2;

export function fit3D(bounds: Bounds, viewport: Viewport, yaw = -0.6, pitch = 0.42): Camera3D {
  const span = bounds.maximum.map((high, axis) => high - (bounds.minimum[axis] ?? 0));
  const diagonal = Math.max(Math.hypot(...span), 1e-6);
  const room = Math.min(
    viewport.width - 2 * FIT_PADDING.x,
    viewport.height - FIT_PADDING.top - FIT_PADDING.bottom,
  );
  return {
    kind: "3d",
    yaw,
    pitch,
    // The diagonal fits at every angle; 1.4 because data seldom fills the corners of its box.
    scale: clampScale((1.4 * Math.max(room, 40)) / diagonal),
    pivot: [
      (bounds.minimum[0] + bounds.maximum[0]) / 2,
      (bounds.minimum[1] + bounds.maximum[1]) / 2,
      (bounds.minimum[2] + bounds.maximum[2]) / 2,
    ],
    offsetX: 0,
    offsetY: (FIT_PADDING.top - FIT_PADDING.bottom) / 2,
    reach: diagonal / 2,
  };
}

/** Rows of the rotation: the screen's right, up and away directions in data space. */
export function orbitAxes(camera: Camera3D): readonly [DataPoint, DataPoint, DataPoint] {
  const [cy, sy] = [Math.cos(camera.yaw), Math.sin(camera.yaw)];
  const [cp, sp] = [Math.cos(camera.pitch), Math.sin(camera.pitch)];
  return [
    [cy, 0, sy],
    [sy * sp, cp, -cy * sp],
    [-sy * cp, sp, cy * cp],
  ];
}

export function projection3D(camera: Camera3D, viewport: Viewport): Projection {
  const [right, up, away] = orbitAxes(camera);
  const { pivot, scale } = camera;
  const dot = (axis: DataPoint) => axis[0] * pivot[0] + axis[1] * pivot[1] + axis[2] * pivot[2];
  const depthScale = 0.98 / camera.reach;
  return {
    x: [
      right[0] * scale,
      right[1] * scale,
      right[2] * scale,
      viewport.width / 2 + camera.offsetX - dot(right) * scale,
    ],
    y: [
      -up[0] * scale,
      -up[1] * scale,
      -up[2] * scale,
      viewport.height / 2 + camera.offsetY + dot(up) * scale,
    ],
    depth: [
      away[0] * depthScale,
      away[1] * depthScale,
      away[2] * depthScale,
      -dot(away) * depthScale,
    ],
  };
}

/** Data point under a screen point at a given depth (-1 near to 1 far). */
export function toData3D(
  camera: Camera3D,
  viewport: Viewport,
  [sx, sy]: ScreenPoint,
  depth: number,
): DataPoint {
  const [right, up, away] = orbitAxes(camera);
  const u = (sx - viewport.width / 2 - camera.offsetX) / camera.scale;
  const v = -(sy - viewport.height / 2 - camera.offsetY) / camera.scale;
  const w = (depth * camera.reach) / 0.98;
  const along = (axis: 0 | 1 | 2) =>
    camera.pivot[axis] + u * right[axis] + v * up[axis] + w * away[axis];
  return [along(0), along(1), along(2)];
}

/** Turn by a drag of CSS pixels: a full width is half a turn. */
export function orbit(camera: Camera3D, viewport: Viewport, dx: number, dy: number): Camera3D {
  const turn = Math.PI / Math.max(viewport.width, 1);
  const pitch = camera.pitch + dy * turn;
  return {
    ...camera,
    yaw: camera.yaw - dx * turn,
    pitch: Math.min(QUARTER_TURN, Math.max(-QUARTER_TURN, pitch)),
  };
}

export function pan3D(camera: Camera3D, dx: number, dy: number): Camera3D {
  return { ...camera, offsetX: camera.offsetX + dx, offsetY: camera.offsetY + dy };
}

/** Zoom by `factor` so that what lies under `anchor` stays under it. */
export function zoom3D(
  camera: Camera3D,
  viewport: Viewport,
  factor: number,
  anchor: ScreenPoint,
): Camera3D {
  const scale = clampScale(camera.scale * factor);
  const applied = scale / camera.scale;
  const fromX = anchor[0] - viewport.width / 2;
  const fromY = anchor[1] - viewport.height / 2;
  return {
    ...camera,
    scale,
    offsetX: fromX - (fromX - camera.offsetX) * applied,
    offsetY: fromY - (fromY - camera.offsetY) * applied,
  };
}
