import { expect, it } from "vitest";
import { recallSlots, rememberSlots } from "./slotMemory.ts";

it("gives a partition the colours it had, in the page and in the browser's store", () => {
  rememberSlots(11, [2, 0, 1]);
  expect(recallSlots(11, 3)).toEqual([2, 0, 1]);
  expect(recallSlots(11, 4)).toBeNull();
  expect(recallSlots(12, 3)).toBeNull();
  expect(localStorage.getItem("fiedler-cluster-colours")).toContain('"11/3":[2,0,1]');
});

it("does not trust a memory that gives two clusters one colour", () => {
  rememberSlots(13, [0, 0]);
  expect(recallSlots(13, 2)).toBeNull();
});

it("forgets the partitions unseen for longest", () => {
  rememberSlots(1, [0]);
  for (let run = 100; run < 300; run++) rememberSlots(run, [0]);
  expect(recallSlots(1, 1)).toBeNull();
  expect(recallSlots(299, 1)).toEqual([0]);
});
