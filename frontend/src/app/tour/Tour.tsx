import { Button } from "@mantine/core";
import { useLayoutEffect, useRef, useState } from "react";
import { t } from "../../language/language.ts";
import { type Box, beside } from "./placement.ts";
import { STOPS } from "./steps.ts";
import classes from "./tour.module.css";
import { endTour, useTour } from "./tourState.ts";

/** The tour's card beside what it tells of. The page stays usable; what is not there is passed over. */
export function Tour() {
  const step = useTour((state) => state.step) ?? 0;
  const stop = STOPS[step];
  const card = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ target: Box; card: { left: number; top: number } } | null>(
    null,
  );
  useLayoutEffect(() => {
    if (!stop) return;
    const lay = () => {
      const target = document.querySelector(stop.target)?.getBoundingClientRect();
      const own = card.current?.getBoundingClientRect();
      if (!target || !own) return setPlace(null);
      const { left, top, width, height } = target;
      const screen = { width: window.innerWidth, height: window.innerHeight };
      setPlace({
        target: { left, top, width, height },
        card: beside(target, own, screen),
      });
    };
    lay();
    card.current?.focus();
    window.addEventListener("resize", lay);
    return () => window.removeEventListener("resize", lay);
  }, [stop]);
  if (!stop) return null;
  const isLast = step === STOPS.length - 1;
  const go = (to: number) => useTour.setState({ step: to });
  return (
    <>
      {place && <div className={classes.ring} style={place.target} aria-hidden="true" />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of the dialog as a whole */}
      <div
        ref={card}
        role="dialog"
        aria-label={t("The tour of Explore")}
        className={classes.card}
        style={place?.card ?? { left: 12, bottom: 12 }}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === "Escape") endTour();
          if (event.key === "ArrowRight" && !isLast) go(step + 1);
          if (event.key === "ArrowLeft" && step > 0) go(step - 1);
        }}
      >
        <p className={classes.count}>
          {t("{step} of {all}", { step: step + 1, all: STOPS.length })}
        </p>
        <h2>{stop.title}</h2>
        <p>{stop.text}</p>
        <div className={classes.buttons}>
          <Button variant="subtle" color="gray" onClick={endTour}>
            {isLast ? t("Close") : t("Skip the tour")}
          </Button>
          {step > 0 && (
            <Button variant="default" onClick={() => go(step - 1)}>
              {t("Back")}
            </Button>
          )}
          {!isLast && <Button onClick={() => go(step + 1)}>{t("Next")}</Button>}
        </div>
      </div>
    </>
  );
}
