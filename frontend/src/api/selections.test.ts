import { expect, it } from "vitest";
import { rowSetOf } from "./explanations.ts";
import { maskOf } from "./selections.ts";

it("rows come back from their bitmap as they were, at every length", () => {
  for (const nRows of [1, 7, 8, 9, 1000]) {
    const mask = Uint8Array.from({ length: nRows }, (_, row) => Number((row * 7) % 5 < 2));
    expect(maskOf(rowSetOf(mask).bitmap ?? "", nRows)).toEqual(mask);
  }
});
