import { expect, it } from "vitest";
import { rasteriseBrush } from "./brush.ts";
import { maskHolds } from "./lasso.ts";

it("a brush holds what lies within its radius of the way, and nothing else", () => {
  const way = [
    [40, 40],
    [140, 40],
    [140, 100],
  ] as const;
  const mask = rasteriseBrush(way, 12);
  for (let x = 0; x < 180; x += 3) {
    for (let y = 0; y < 140; y += 3) {
      const toFirst = Math.hypot(x - Math.min(140, Math.max(40, x)), y - 40);
      const toSecond = Math.hypot(x - 140, y - Math.min(100, Math.max(40, y)));
      const distance = Math.min(toFirst, toSecond);
      // Cells are a pixel wide, and discs a third of the radius apart leave shallow notches.
      if (distance < 10.5) expect(maskHolds(mask, x, y), `${x}, ${y}`).toBe(true);
      if (distance > 13) expect(maskHolds(mask, x, y), `${x}, ${y}`).toBe(false);
    }
  }
});

it("a press without a way is one disc", () => {
  const mask = rasteriseBrush([[50, 50]], 10);
  expect(maskHolds(mask, 50, 50)).toBe(true);
  expect(maskHolds(mask, 57, 50)).toBe(true);
  expect(maskHolds(mask, 58, 58)).toBe(false);
});
