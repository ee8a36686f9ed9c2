import { expect, it } from "vitest";
import { validateExploreSearch } from "./exploreSearch.ts";

it("keeps a whole view", () => {
  const view = { run: 14, k: 5, layout: "embedding", dims: 3, color: "silhouette", sel: 0 };
  expect(validateExploreSearch(view)).toEqual(view);
});

it("drops what it does not understand, so that an old link still opens", () => {
  expect(
    validateExploreSearch({
      run: -1,
      k: "many",
      layout: "umap",
      dims: 4,
      color: "red",
      sel: 1.5,
      x: 1,
    }),
  ).toEqual({});
});
