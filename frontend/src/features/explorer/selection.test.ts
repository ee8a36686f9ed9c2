import { describe, expect, it } from "vitest";
import { composition, selectCluster, selectionFromMask } from "./selection.ts";

const LABELS = Uint16Array.of(0, 0, 1, 1, 1, 2);

describe("selectionFromMask", () => {
  it("lists the rows in ascending order, and is null when there are none", () => {
    expect([...(selectionFromMask(Uint8Array.of(0, 1, 0, 1))?.rows ?? [])]).toEqual([1, 3]);
    expect(selectionFromMask(new Uint8Array(4))).toBeNull();
  });
});

describe("composition", () => {
  it("tells the share of the selection and of the cluster, largest first", () => {
    const selection = selectionFromMask(Uint8Array.of(1, 0, 1, 1, 1, 0));
    if (!selection) throw new Error("four rows are selected");
    expect(composition(selection, LABELS, [2, 3, 1])).toEqual([
      { label: 1, count: 3, ofSelection: 0.75, ofCluster: 1 },
      { label: 0, count: 1, ofSelection: 0.25, ofCluster: 0.5 },
    ]);
  });
});

describe("selectCluster", () => {
  it("selects all rows of one cluster", () => {
    expect([...(selectCluster(LABELS, 1)?.rows ?? [])]).toEqual([2, 3, 4]);
    expect(selectCluster(LABELS, 9)).toBeNull();
  });
});
