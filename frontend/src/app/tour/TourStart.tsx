import { lazy, Suspense, useEffect } from "react";
import { startTour, useTour } from "./tourState.ts";

const Tour = lazy(async () => ({ default: (await import("./Tour.tsx")).Tour }));

/** How long clusters are looked at before the tour begins, milliseconds. */
const LOOK_MS = 1200;

/** Begins the tour when somebody sees clusters for the first time; its script comes only then. */
export function TourStart() {
  const { step, seen } = useTour();
  useEffect(() => {
    if (seen || step !== null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = () => {
      if (timer === undefined && document.querySelector("[data-tour=clusters]")) {
        timer = setTimeout(startTour, LOOK_MS);
      }
    };
    const observer = new MutationObserver(begin);
    observer.observe(document.body, { childList: true, subtree: true });
    begin();
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [seen, step]);
  if (step === null) return null;
  return (
    <Suspense>
      <Tour />
    </Suspense>
  );
}
