import { expect, it } from "vitest";
import { validateExploreSearch } from "./exploreSearch.ts";

it("keeps a whole view", () => {
  const view = { run: 14, k: 5, layout: "embedding", dims: 3, color: "silhouette", sel: 0 };
  expect(validateExploreSearch(view)).toEqual(view);
  const columns = { layout: "columns", x: "2019", y: "mass", color: "column", by: "kind" };
  expect(validateExploreSearch({ ...columns, x: 2019 })).toEqual(columns);
});

it("drops what it does not understand, so that an old link still opens", () => {
  expect(
    validateExploreSearch({
      run: -1,
      k: "many",
      layout: "globe",
      dims: 4,
      color: "red",
      sel: 1.5,
      x: [1],
    }),
  ).toEqual({});
});
