import { describe, expect, it } from "vitest";
import { sankey } from "./sankeyGeometry.ts";

const FRAME = { x0: 0, x1: 100, height: 100, gap: 10 };

describe("a flow diagram", () => {
  it("gives every bar the height of its rows and fills the frame on the fuller side", () => {
    const { left, right } = sankey(
      [
        [30, 10],
        [0, 60],
      ],
      FRAME,
    );
    expect(left.map(({ count }) => count)).toEqual([40, 60]);
    expect(right.map(({ count }) => count)).toEqual([30, 70]);
    expect(left[0]?.height).toBeCloseTo(36);
    expect((left[1]?.y ?? 0) + (left[1]?.height ?? 0)).toBeCloseTo(100);
  });

  it("centres the side with fewer bars", () => {
    const { right } = sankey([[1], [1], [2]], FRAME);
    expect(right).toHaveLength(1);
    expect(right[0]?.y).toBeCloseTo(10);
    expect(right[0]?.height).toBeCloseTo(80);
  });

  it("draws a ribbon for each flow, thin ones last", () => {
    const { ribbons } = sankey(
      [
        [5, 1],
        [0, 9],
      ],
      FRAME,
    );
    expect(ribbons.map(({ from, to, count }) => [from, to, count])).toEqual([
      [1, 1, 9],
      [0, 0, 5],
      [0, 1, 1],
    ]);
    expect(ribbons[0]?.path).toMatch(/^M0,/);
  });

  it("keeps most of the height for the bars when there are many", () => {
    const { left } = sankey(
      Array.from({ length: 60 }, () => [1]),
      FRAME,
    );
    expect(left.reduce((sum, { height }) => sum + height, 0)).toBeGreaterThan(59);
  });

  it("draws nothing of nothing", () => {
    expect(sankey([], FRAME).ribbons).toEqual([]);
  });
});
