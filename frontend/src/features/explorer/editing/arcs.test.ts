import { expect, it } from "vitest";
import { arcPath, constraintPairs } from "./arcs.ts";

it("joins every row of a group with its first, and sides by their first rows", () => {
  const constraints = {
    must_link: [[4, 7, 9]],
    cannot_link: [
      [[1, 2], [5]],
      [[8], [3]],
    ] as [number[], number[]][],
    labelled_rows: [],
  };
  expect(constraintPairs(constraints, [[5, 2]])).toEqual([
    { rows: [1, 5], kind: "apart", isViolated: true },
    { rows: [8, 3], kind: "apart", isViolated: false },
    { rows: [4, 7], kind: "together", isViolated: false },
    { rows: [4, 9], kind: "together", isViolated: false },
  ]);
});

it("bends an arc away from its chord", () => {
  expect(arcPath([0, 0], [100, 0])).toBe("M0 0Q50 -18 100 0");
});
