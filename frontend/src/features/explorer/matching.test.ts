import { describe, expect, it } from "vitest";
import { assignLargest, matchSlots, overlapTable } from "./matching.ts";

function bestBySearch(weights: Float64Array, rows: number, columns: number): number {
  let best = -Infinity;
  const used = new Set<number>();
  const place = (row: number, sum: number) => {
    if (row === rows) {
      best = Math.max(best, sum);
      return;
    }
    for (let column = 0; column < columns; column++) {
      if (used.has(column)) continue;
      used.add(column);
      place(row + 1, sum + (weights[row * columns + column] as number));
      used.delete(column);
    }
  };
  place(0, 0);
  return best;
}

describe("assignLargest", () => {
  it("is as good as trying every assignment", () => {
    let state = 7;
    const next = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 16) % 100;
    };
    for (let trial = 0; trial < 120; trial++) {
      const rows = 1 + (trial % 5);
      const columns = rows + (trial % 3);
      const weights = Float64Array.from({ length: rows * columns }, next);
      const chosen = assignLargest(weights, rows, columns);
      expect(new Set(chosen).size).toBe(rows);
      const sum = chosen.reduce(
        (total, column, row) => total + (weights[row * columns + column] as number),
        0,
      );
      expect(sum).toBe(bestBySearch(weights, rows, columns));
    }
  });

  it("refuses more rows than columns", () => {
    expect(() => assignLargest(new Float64Array(2), 2, 1)).toThrow("transpose");
  });
});

describe("overlapTable", () => {
  it("counts shared rows", () => {
    const table = overlapTable(Uint16Array.of(0, 0, 1, 1), Uint16Array.of(1, 1, 1, 0), 2, 2);
    expect([...table]).toEqual([0, 2, 1, 1]);
  });
});

describe("matchSlots", () => {
  it("numbers a first partition in its own order", () => {
    expect(matchSlots(null, Uint16Array.of(0, 1, 2), 3)).toEqual([0, 1, 2]);
  });

  it("keeps colours when only the numbering changed", () => {
    const before = { labels: Uint16Array.of(0, 0, 1, 1, 2), slots: [0, 1, 2] };
    expect(matchSlots(before, Uint16Array.of(2, 2, 0, 0, 1), 3)).toEqual([1, 2, 0]);
  });

  it("gives the larger part of a split the old colour and the rest a free one", () => {
    const before = { labels: Uint16Array.of(0, 0, 0, 0, 1, 1), slots: [5, 0] };
    expect(matchSlots(before, Uint16Array.of(0, 0, 0, 2, 1, 1), 3)).toEqual([5, 0, 1]);
  });

  it("keeps the colour of the largest part when clusters merge", () => {
    const before = { labels: Uint16Array.of(0, 0, 0, 1, 2, 2), slots: [3, 4, 1] };
    expect(matchSlots(before, Uint16Array.of(0, 0, 0, 0, 1, 1), 2)).toEqual([3, 1]);
  });

  it("never gives two clusters one colour", () => {
    const labels = Uint16Array.from({ length: 400 }, (_, row) => (row * 7) % 11);
    const before = {
      labels: Uint16Array.from({ length: 400 }, (_, row) => row % 4),
      slots: [9, 2, 0, 5],
    };
    expect(new Set(matchSlots(before, labels, 11)).size).toBe(11);
  });
});
