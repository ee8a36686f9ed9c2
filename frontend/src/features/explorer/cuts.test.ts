import { expect, it } from "vitest";
import { clusteredRun } from "./exampleExplore.tsx";
import { choosableCuts, cutsFromText, cutsToText, usualCuts } from "./cuts.ts";

it("keeps cuts in the address", () => {
  const cuts = [
    { runId: 12, nClusters: 3 },
    { runId: 15, nClusters: 40 },
  ];
  expect(cutsFromText(cutsToText(cuts))).toEqual(cuts);
});

it("leaves out of an address what is no cut, what is there twice, and what does not fit", () => {
  expect(cutsFromText("12.3~12.3~x~0.2~7.0~1.2~2.2~3.2~4.2")).toEqual(
    [12, 1, 2, 3].map((runId, at) => ({ runId, nClusters: at === 0 ? 3 : 2 })),
  );
  expect(cutsFromText(undefined)).toEqual([]);
});

it("sets the newest run against the one before it", () => {
  const newest = clusteredRun({ id: 21, n_clusters: 4 });
  const before = clusteredRun({ id: 20, n_clusters: 3 });
  expect(usualCuts([newest, before])).toEqual([
    { runId: 20, nClusters: 3 },
    { runId: 21, nClusters: 4 },
  ]);
  expect(usualCuts([])).toEqual([]);
});

it("offers each cut once", () => {
  const names = choosableCuts([clusteredRun()]).map(({ nClusters }) => nClusters);
  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toBe(clusteredRun().n_clusters);
});
