import { describe, expect, it } from "vitest";
import { fit2D, pan2D, projection2D, toData2D, zoom2D } from "./camera2d.ts";
import { fit3D, orbit, orbitAxes, pan3D, projection3D, toData3D, zoom3D } from "./camera3d.ts";
import type { Bounds, DataPoint } from "./coordinates.ts";
import { clipMatrix, toScreen } from "./coordinates.ts";

const VIEWPORT = { width: 900, height: 700 };
const BOUNDS: Bounds = { minimum: [0.1, 0.3, 0.2], maximum: [0.9, 0.5, 0.8] };
const FLAT: Bounds = { minimum: [0.1, 0.3, 0], maximum: [0.9, 0.5, 0] };

describe("the flat camera", () => {
  const camera = zoom2D(pan2D(fit2D(FLAT, VIEWPORT), 37, -12), VIEWPORT, 2.5, [200, 300]);

  it("is undone by its inverse", () => {
    const point: DataPoint = [0.37, 0.42, 0];
    const back = toData2D(camera, VIEWPORT, toScreen(projection2D(camera, VIEWPORT), point));
    expect(back[0]).toBeCloseTo(point[0], 12);
    expect(back[1]).toBeCloseTo(point[1], 12);
  });

  it("zooms about the cursor", () => {
    const before = toData2D(camera, VIEWPORT, [123, 456]);
    const after = toData2D(zoom2D(camera, VIEWPORT, 1.7, [123, 456]), VIEWPORT, [123, 456]);
    expect(after[0]).toBeCloseTo(before[0], 10);
    expect(after[1]).toBeCloseTo(before[1], 10);
  });

  it("fits everything beside what floats over its left", () => {
    const projection = projection2D(fit2D(FLAT, VIEWPORT, 200), VIEWPORT);
    const left = toScreen(projection, FLAT.minimum)[0];
    const right = toScreen(projection, FLAT.maximum)[0];
    expect(left).toBeGreaterThanOrEqual(200);
    expect(VIEWPORT.width - right).toBeCloseTo(left - 200);
  });

  it("fits all corners into the canvas, with y pointing up", () => {
    const projection = projection2D(fit2D(FLAT, VIEWPORT), VIEWPORT);
    const low = toScreen(projection, FLAT.minimum);
    const high = toScreen(projection, FLAT.maximum);
    for (const [x, y] of [low, high]) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(VIEWPORT.width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(VIEWPORT.height);
    }
    expect(high[1]).toBeLessThan(low[1]);
  });

  it("fits a single point without dividing by zero", () => {
    const camera1 = fit2D({ minimum: [0.5, 0.5, 0], maximum: [0.5, 0.5, 0] }, VIEWPORT);
    expect(Number.isFinite(camera1.scale)).toBe(true);
  });
});

describe("the orbit camera", () => {
  const turned = orbit(fit3D(BOUNDS, VIEWPORT), VIEWPORT, 130, 55);
  const camera = pan3D(zoom3D(turned, VIEWPORT, 1.6, [300, 200]), 20, 35);

  it("is undone by its inverse, given the depth", () => {
    const projection = projection3D(camera, VIEWPORT);
    const point: DataPoint = [0.2, 0.45, 0.7];
    const { depth } = projection;
    const deep = depth[0] * point[0] + depth[1] * point[1] + depth[2] * point[2] + depth[3];
    const back = toData3D(camera, VIEWPORT, toScreen(projection, point), deep);
    back.forEach((value, axis) => expect(value).toBeCloseTo(point[axis] as number, 10));
  });

  it("turns without stretching", () => {
    const axes = orbitAxes(camera);
    axes.forEach((axis, i) => {
      axes.forEach((other, j) => {
        const dot = axis[0] * other[0] + axis[1] * other[1] + axis[2] * other[2];
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
      });
    });
  });

  it("keeps every corner of the box between the clipping planes", () => {
    const matrix = clipMatrix(projection3D(camera, VIEWPORT), VIEWPORT);
    for (let corner = 0; corner < 8; corner++) {
      const pick = (axis: 0 | 1 | 2) => BOUNDS[corner & (1 << axis) ? "maximum" : "minimum"][axis];
      const row = (r: number) =>
        (matrix[r] as number) * pick(0) +
        (matrix[4 + r] as number) * pick(1) +
        (matrix[8 + r] as number) * pick(2) +
        (matrix[12 + r] as number);
      expect(Math.abs(row(2))).toBeLessThanOrEqual(1);
    }
  });

  it("zooms about the cursor", () => {
    const before = toData3D(camera, VIEWPORT, [640, 210], 0);
    const zoomed = zoom3D(camera, VIEWPORT, 0.6, [640, 210]);
    const after = toData3D(zoomed, VIEWPORT, [640, 210], 0);
    after.forEach((value, axis) => expect(value).toBeCloseTo(before[axis] as number, 10));
  });
});

describe("clipMatrix", () => {
  it("sends the canvas's corners to the corners of clip space", () => {
    const projection = projection2D(fit2D(FLAT, VIEWPORT), VIEWPORT);
    const matrix = clipMatrix(projection, VIEWPORT);
    const camera = fit2D(FLAT, VIEWPORT);
    const [x, y] = toData2D(camera, VIEWPORT, [VIEWPORT.width, 0]);
    const clip = (r: number) =>
      (matrix[r] as number) * x + (matrix[4 + r] as number) * y + (matrix[12 + r] as number);
    expect(clip(0)).toBeCloseTo(1, 5);
    expect(clip(1)).toBeCloseTo(1, 5);
  });
});
