import { expect, it } from "vitest";
import type { RowValues } from "../../api/rowValues.ts";
import { parseHex } from "../../points/palette.ts";
import { MISSING_CODE, sequentialRamp } from "../../points/ramp.ts";
import { LIGHT_PALETTE, LIGHT_RAMP } from "../../ui/palette.ts";
import type { ClusterColours } from "./mapColours.ts";
import { valueColours } from "./valueColours.ts";

const colours: ClusterColours = {
  scheme: "light",
  palette: LIGHT_PALETTE,
  ramp: sequentialRamp(LIGHT_RAMP),
  map: { background: [255, 255, 255], context: [139, 149, 163] },
  css: (slot) => LIGHT_PALETTE[slot] ?? "",
};

it("numbers run over the ramp, and the legend says where it ends and what lies beyond", () => {
  const values = {
    of: { column: "mass" },
    told: {
      key: "k",
      kind: "number",
      basis: "",
      n_missing: 1,
      minimum: -50,
      maximum: 900,
      low: 0,
      high: 100,
    },
    values: Float32Array.from([0, 100, 900, Number.NaN]),
  } as RowValues;
  const { codes, texture, legend } = valueColours(values, "mass", colours);
  expect(Array.from(codes)).toEqual([0, 255, 255, MISSING_CODE]);
  expect(Array.from(texture.subarray(0, 3))).toEqual(parseHex(LIGHT_RAMP[0] as string));
  expect(legend.ramp).toMatchObject({ low: "0", high: "100", minimum: "-50", maximum: "900" });
  expect(legend.nMissing).toBe(1);
});

it("categories have the palette's colours, and those beyond it share its last", () => {
  const values = {
    of: { column: "kind" },
    told: {
      key: "k",
      kind: "category",
      basis: "",
      n_missing: 2,
      values: ["wren", "tern"],
      counts: [9, 4],
      n_other_values: 3,
      n_other: 5,
    },
    values: Uint16Array.from([0, 1, 2, MISSING_CODE]),
  } as RowValues;
  const { codes, texture, legend } = valueColours(values, "kind", colours);
  expect(Array.from(codes)).toEqual([0, 1, 2, MISSING_CODE]);
  expect(legend.entries.map(({ name, count }) => [name, count])).toEqual([
    ["wren", 9],
    ["tern", 4],
    ["3 more values", 5],
  ]);
  expect(Array.from(texture.subarray(8, 11))).toEqual(parseHex(LIGHT_PALETTE.at(-1) as string));
  // An entry for each code and none for missing rows.
  expect([texture[11], texture[15]]).toEqual([255, 0]);
});
