import { describe, expect, it } from "vitest";
import { densityGeometry } from "./densityGeometry.ts";

const FRAME = { width: 100, height: 20, top: 2 };

function points(path: string): [number, number][] {
  return [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map((match) => [
    Number(match[1]),
    Number(match[2]),
  ]);
}

describe("density geometry", () => {
  const edges = Array.from({ length: 31 }, (_, bin) => bin);
  const peakAt = (peak: number, height: number) =>
    Array.from({ length: 30 }, (_, bin) => height * Math.exp(-((bin - peak) ** 2) / 8));

  it("lets each curve reach its own peak where its rows are", () => {
    const { inside, outside } = densityGeometry(
      { edges, inside: peakAt(6, 0.9), outside: peakAt(24, 0.01) },
      FRAME,
    );
    const top = (path: string) => points(path).toSorted((a, b) => a[1] - b[1])[0];
    expect(top(inside)).toEqual([21.67, 2]);
    expect(top(outside)).toEqual([81.67, 2]);
  });

  it("closes the area on the ground", () => {
    const { outside } = densityGeometry(
      { edges, inside: peakAt(6, 1), outside: peakAt(24, 1) },
      FRAME,
    );
    expect(outside.endsWith("Z")).toBe(true);
    expect(points(outside).slice(-2)).toEqual([
      [98.33, 20],
      [1.67, 20],
    ]);
  });

  it("draws few separate values as steps", () => {
    const { inside } = densityGeometry(
      { edges: [-0.5, 0.5, 1.5], inside: [0.25, 0.75], outside: [0.5, 0.5] },
      FRAME,
    );
    expect(points(inside)).toEqual([
      [0, 14],
      [50, 14],
      [50, 2],
      [100, 2],
    ]);
  });

  it("lies flat where there are no rows, and on a single value", () => {
    const flat = densityGeometry({ edges: [1, 1], inside: [0], outside: [0] }, FRAME);
    expect(points(flat.inside).every(([, y]) => y === 20)).toBe(true);
    expect(flat.inside).not.toContain("NaN");
  });
});
