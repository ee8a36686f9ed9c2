import { expect, it } from "vitest";
import { combined } from "./sampledSelecting.ts";
import { selectionFromMask } from "./selection.ts";

const before = selectionFromMask(Uint8Array.from([1, 1, 0, 0]));
const rows = Uint32Array.from([1, 2]);

it("found rows take the place of a selection, join it, or leave it", () => {
  expect(Array.from(combined(before, rows, "replace", 4))).toEqual([0, 1, 1, 0]);
  expect(Array.from(combined(before, rows, "add", 4))).toEqual([1, 1, 1, 0]);
  expect(Array.from(combined(before, rows, "subtract", 4))).toEqual([1, 0, 0, 0]);
  expect(Array.from(combined(null, rows, "add", 4))).toEqual([0, 1, 1, 0]);
  // What was selected before is left as it was, for the history of the page.
  expect(Array.from(before?.mask ?? [])).toEqual([1, 1, 0, 0]);
});
