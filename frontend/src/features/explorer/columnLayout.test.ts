import { describe, expect, it } from "vitest";
import type { RowValues } from "../../api/rowValues.ts";
import { columnPlaces } from "./columnLayout.ts";

const told = { key: "k", basis: "", n_missing: 1 };
const numbers: RowValues = {
  of: { column: "mass" },
  told: {
    ...told,
    kind: "number",
    minimum: 10,
    maximum: 30,
    low: 10,
    high: 30,
  } as RowValues["told"],
  values: Float32Array.from([10, 30, 20, Number.NaN]),
};
const kinds: RowValues = {
  of: { column: "kind" },
  told: { ...told, kind: "category", values: ["a", "b"], n_other: 0 } as RowValues["told"],
  values: Uint16Array.from([0, 1, 65535, 0]),
};
const batch = {
  row: Uint32Array.from([3, 1, 0, 2]),
  x: new Uint16Array(4),
  y: new Uint16Array(4),
};

describe("two columns as a map", () => {
  it("places numbers on their own scale and rows without one at the border", () => {
    const { row, x } = columnPlaces(numbers, kinds)(batch);
    expect(row).toBe(batch.row);
    const [missing, high, low, middle] = x;
    expect(missing).toBe(0);
    expect(high).toBe(65535);
    expect(low).toBe(Math.round(0.06 * 65535));
    expect(middle).toBe(Math.round(0.53 * 65535));
  });

  it("gives each category a strip, the same each time", () => {
    const { y } = columnPlaces(numbers, kinds)(batch);
    const [a, b, other, missing] = y as unknown as [number, number, number, number];
    expect(missing).toBe(0);
    for (const first of [a, other]) expect(first / 65535).toBeLessThan(0.5);
    expect(b / 65535).toBeGreaterThan(0.53);
    expect(columnPlaces(numbers, kinds)(batch).y).toEqual(y);
  });
});
