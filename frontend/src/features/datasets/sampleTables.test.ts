import { describe, expect, it } from "vitest";
import { SAMPLE_TABLES, sampleFile } from "./sampleTables.ts";

function rowsOf(csv: string): number[][] {
  const [, ...rows] = csv.trimEnd().split("\n");
  return rows.map((row) => row.split(",").map(Number));
}

describe.each(SAMPLE_TABLES)("$title", (sample) => {
  it("has the rows and columns that its description promises, all numbers", () => {
    const [rows = 0, columns = 0] = (
      sample.description.match(/[\d,]+(?= rows| column)/g) ?? []
    ).map((text) => Number(text.replace(",", "")));
    const table = rowsOf(sample.csv());
    expect(table).toHaveLength(rows);
    expect(table.every((row) => row.length === columns && row.every(Number.isFinite))).toBe(true);
  });

  it("is the same table every time and says that it is generated", () => {
    expect(sample.csv()).toBe(sample.csv());
    expect(sampleFile(sample).name).toMatch(/^generated .*\.csv$/);
  });
});

it("draws rings at radius 1, 2 and 3", () => {
  const rings = SAMPLE_TABLES.find((sample) => sample.title === "Three rings");
  const radii = rowsOf(rings?.csv() ?? "").map(([x = 0, y = 0]) => Math.hypot(x, y));
  for (const ring of [0, 1, 2]) {
    const ofRing = radii.filter((_, row) => row % 3 === ring);
    const mean = ofRing.reduce((sum, radius) => sum + radius, 0) / ofRing.length;
    // 1,000 radii of deviation 0.08: the mean's standard error is 0.0025.
    expect(mean).toBeCloseTo(ring + 1, 1);
  }
});
