import { describe, expect, it } from "vitest";
import type { ColumnContrast } from "../../api/contract.ts";
import {
  columnInWords,
  intervalText,
  isTellingRange,
  quantityText,
  rowsInWords,
  shareText,
  signedText,
} from "./explanationWords.ts";

const COLUMN: ColumnContrast = {
  column: 0,
  name: "wing",
  n_filled: 0,
  fill: 0,
  curves: {
    edges: [0, 1],
    inside: [1],
    outside: [1],
    inside_density: [1],
    outside_density: [1],
    inside_beyond: [0, 0],
    outside_beyond: [0, 0],
  },
  effect: {
    cliffs_delta: -0.2,
    separation: 0.6,
    standardized_difference: -0.1,
    inside_quartiles: [1, 2, 3],
    outside_quartiles: [0, 2.5, 9],
    interval: [1, 3],
    inside_share: 0.995,
    outside_share: 0.3,
    inside_count: 10,
    outside_count: 20,
    inside_missing: 0,
    outside_missing: 0,
  },
};

describe("explanations in words", () => {
  it("never says none or all of what is not quite so", () => {
    expect([0, 0.004, 0.5, 0.996, 1].map(shareText)).toEqual([
      "0 %",
      "<1 %",
      "50 %",
      ">99 %",
      "100 %",
    ]);
  });

  it("signs what has a direction", () => {
    expect([0.976, -0.976, 0.001, -0.001].map(signedText)).toEqual([
      "+0.98",
      "−0.98",
      "0.00",
      "0.00",
    ]);
  });

  it("writes times as times", () => {
    expect(quantityText(Date.UTC(2024, 4, 1) / 1000, "time")).toBe("2024-05-01");
    expect(quantityText(Date.UTC(2024, 4, 1, 13, 5) / 1000, "time")).toBe("2024-05-01 13:05");
    expect(quantityText(1e300, "time")).toBe("1.00e+300");
    expect(quantityText(-3.14159, "number")).toBe("−3.142");
  });

  it("names ranges by their ends", () => {
    expect(intervalText([1, 3], "number")).toBe("1 to 3");
    expect(intervalText([null, 3], "number")).toBe("up to 3");
    expect(intervalText([1, null], "number")).toBe("above 1");
    expect(intervalText([null, null], "number")).toBe("any value");
  });

  it("tells a column by its range where it is neither higher nor lower", () => {
    expect(isTellingRange(COLUMN)).toBe(true);
    const higher = { ...COLUMN, effect: { ...COLUMN.effect, cliffs_delta: 0.9 } };
    expect(isTellingRange(higher)).toBe(false);
  });

  it("says in one line what the curves show", () => {
    expect(columnInWords(COLUMN, "number", "the rest")).toBe(
      "wing: median 2, the rest 2.5; Cliff's delta −0.20; >99 % 1 to 3, the rest 30 %",
    );
    const without = { ...COLUMN, effect: { ...COLUMN.effect, inside_quartiles: null } };
    expect(columnInWords(without, "number", "the rest")).toContain("no values to compare");
  });

  it("says how many rows and what share", () => {
    expect(rowsInWords(1, 8)).toBe("1 row · 12.5 %");
  });
});
