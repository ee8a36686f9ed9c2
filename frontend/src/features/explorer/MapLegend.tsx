import { formatCount } from "../../ui/numbers.ts";
import { t } from "../../language/language.ts";
import classes from "./mapLegend.module.css";
import type { ClusterColours } from "./mapColours.ts";
import { toCss } from "../../points/palette.ts";
import { gradient } from "../../points/ramp.ts";
import type { Legend } from "./valueColours.ts";

interface MapLegendProps {
  legend: Legend;
  colours: ClusterColours;
}

/** What it takes of the map's width, CSS pixels. */
export const LEGEND_ROOM = 190;

/** What the colours of the points stand for, at the foot of the map. */
export function MapLegend({ legend, colours }: MapLegendProps) {
  const { title, basis, ramp, entries, nMissing } = legend;
  return (
    <section className={classes.legend} aria-label={t("Legend")}>
      <header>
        <b>{title}</b>
        {basis && <span className="dim">{basis}</span>}
      </header>
      {ramp && (
        <div>
          <div className={classes.ramp} style={{ background: gradient(ramp.colours) }} />
          <div className={`${classes.ends} num`}>
            <span>{ramp.low}</span>
            <span>{ramp.high}</span>
          </div>
          {(ramp.minimum !== ramp.low || ramp.maximum !== ramp.high) && (
            <p className="dim num">
              {t("All values: {minimum} to {maximum}", {
                minimum: ramp.minimum,
                maximum: ramp.maximum,
              })}
            </p>
          )}
        </div>
      )}
      {entries.length > 0 && (
        // It scrolls when there are many, also by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ul tabIndex={entries.length > 8 ? 0 : undefined} aria-label={title}>
          {entries.map(({ name, css, count }) => (
            <li key={name}>
              <i style={{ background: css }} />
              <span className={classes.name}>{name}</span>
              <span className="dim num">{formatCount(count)}</span>
            </li>
          ))}
        </ul>
      )}
      {nMissing > 0 && (
        <p className={classes.missing}>
          <i style={{ background: toCss(colours.map.context) }} />
          <span className={classes.name}>{t("no value")}</span>
          <span className="dim num">{formatCount(nMissing)}</span>
        </p>
      )}
    </section>
  );
}
