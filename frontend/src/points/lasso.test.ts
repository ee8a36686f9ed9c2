import { describe, expect, it } from "vitest";
import type { Projection, ScreenPoint } from "./coordinates.ts";
import { boxOutline, maskHolds, rasterisePolygon, selectInside } from "./lasso.ts";
import { PointStore } from "./store.ts";

/** Even-odd rule, straight from the definition. */
function insidePolygon(outline: readonly ScreenPoint[], x: number, y: number): boolean {
  let inside = false;
  outline.forEach(([ax, ay], index) => {
    const [bx, by] = outline[(index + 1) % outline.length] as ScreenPoint;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}

const STAR: ScreenPoint[] = Array.from({ length: 11 }, (_, corner) => {
  const radius = corner % 2 === 0 ? 180 : 70;
  const angle = (2 * Math.PI * corner) / 11;
  return [300 + radius * Math.cos(angle), 240 + radius * Math.sin(angle)];
});

describe("rasterisePolygon", () => {
  it("agrees with the point-in-polygon rule away from the edge", () => {
    const mask = rasterisePolygon(STAR);
    if (!mask) throw new Error("the star encloses something");
    let differing = 0;
    for (let x = 100; x < 500; x += 3) {
      for (let y = 40; y < 440; y += 3) {
        if (maskHolds(mask, x, y) !== insidePolygon(STAR, x, y)) differing++;
      }
    }
    // Cells are half a pixel: only points that near to the edge may differ.
    expect(differing / (134 * 134)).toBeLessThan(0.01);
  });

  it("keeps the hole of an outline that crosses itself", () => {
    const bow: ScreenPoint[] = [
      [0, 0],
      [100, 100],
      [100, 0],
      [0, 100],
    ];
    const mask = rasterisePolygon(bow);
    if (!mask) throw new Error("the bow encloses something");
    expect(maskHolds(mask, 10, 50)).toBe(true);
    expect(maskHolds(mask, 90, 50)).toBe(true);
    expect(maskHolds(mask, 50, 10)).toBe(false);
    expect(maskHolds(mask, 50, 90)).toBe(false);
  });

  it("has no mask for an outline without area", () => {
    expect(
      rasterisePolygon([
        [5, 5],
        [90, 5],
      ]),
    ).toBeNull();
    expect(rasterisePolygon(boxOutline([5, 5], [90, 5]))).toBeNull();
  });
});

describe("selectInside", () => {
  const store = new PointStore(4, 2);
  store.append({
    row: Uint32Array.of(3, 0, 2, 1),
    x: Uint16Array.of(0, 32768, 65535, 32768),
    y: Uint16Array.of(0, 32768, 65535, 0),
  });
  const projection: Projection = {
    x: [100, 0, 0, 0],
    y: [0, -100, 0, 100],
    depth: [0, 0, 0, 0],
  };
  const upperHalf = rasterisePolygon(boxOutline([-1, -1], [101, 60]));

  it("marks table rows, not drawn positions", () => {
    if (!upperHalf) throw new Error("the box has area");
    const selected = new Uint8Array(4);
    selectInside(store, projection, upperHalf, "replace", selected);
    expect([...selected]).toEqual([1, 0, 1, 0]);
  });

  it("adds, subtracts and keeps to the rows allowed", () => {
    if (!upperHalf) throw new Error("the box has area");
    const selected = Uint8Array.of(0, 1, 1, 0);
    selectInside(store, projection, upperHalf, "add", selected, (row) => row === 0);
    expect([...selected]).toEqual([1, 1, 1, 0]);
    selectInside(store, projection, upperHalf, "subtract", selected);
    expect([...selected]).toEqual([0, 1, 0, 0]);
  });
});
