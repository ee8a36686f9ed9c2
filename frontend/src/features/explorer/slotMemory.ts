// Colours of the partitions seen lately, kept by the browser: a reload or a link shows a number of clusters in the
// colours it had, whichever way the user came to it then.

import { create } from "zustand";
import { persist } from "zustand/middleware";

/** Partitions remembered; the longest unseen are forgotten first. */
const REMEMBERED = 200;

/** Palette slots by label, under the key of the labels, longest unseen first. */
const useSlotMemory = create<{ slots: Record<string, readonly number[]> }>()(
  persist(() => ({ slots: {} as Record<string, readonly number[]> }), {
    name: "fiedler-cluster-colours",
  }),
);

/** The slots a partition had, or null when it was not seen here or the memory does not fit it. */
export function recallSlots(key: string, nClusters: number): readonly number[] | null {
  const slots = useSlotMemory.getState().slots[key];
  const fits =
    Array.isArray(slots) &&
    slots.length === nClusters &&
    new Set(slots).size === nClusters &&
    slots.every((slot) => Number.isInteger(slot) && slot >= 0);
  return fits ? slots : null;
}

/** Keeps the slots of a partition for the next visit. */
export function rememberSlots(key: string, slots: readonly number[]): void {
  const others = Object.entries(useSlotMemory.getState().slots).filter(([other]) => other !== key);
  useSlotMemory.setState({
    slots: Object.fromEntries([...others.slice(1 - REMEMBERED), [key, slots]]),
  });
}
