import { create } from "zustand";
import { persist } from "zustand/middleware";

interface TourState {
  /** The stop that is shown, or null. */
  step: number | null;
  seen: boolean;
}

/** Where the tour stands; whoever has seen or skipped it is not offered it again on this device. */
export const useTour = create<TourState>()(
  persist((): TourState => ({ step: null, seen: false }), {
    name: "fiedler-tour",
    partialize: ({ seen }): TourState => ({ step: null, seen }),
  }),
);

export function startTour(): void {
  useTour.setState({ step: 0 });
}

export function endTour(): void {
  useTour.setState({ step: null, seen: true });
}
