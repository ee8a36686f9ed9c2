import { expect, it } from "vitest";
import { recallSlots, rememberSlots } from "./slotMemory.ts";

it("gives a partition the colours it had, in the page and in the browser's store", () => {
  rememberSlots("a1", [2, 0, 1]);
  expect(recallSlots("a1", 3)).toEqual([2, 0, 1]);
  expect(recallSlots("a1", 4)).toBeNull();
  expect(recallSlots("a2", 3)).toBeNull();
  expect(localStorage.getItem("fiedler-cluster-colours")).toContain('"a1":[2,0,1]');
});

it("does not trust a memory that gives two clusters one colour", () => {
  rememberSlots("b", [0, 0]);
  expect(recallSlots("b", 2)).toBeNull();
});

it("forgets the partitions unseen for longest", () => {
  rememberSlots("c1", [0]);
  for (let run = 100; run < 300; run++) rememberSlots(`c${run}`, [0]);
  expect(recallSlots("c1", 1)).toBeNull();
  expect(recallSlots("c299", 1)).toEqual([0]);
});
