import { VisuallyHidden } from "@mantine/core";
import classes from "./charts.module.css";
import { t } from "../language/language.ts";

export interface SilhouetteBar {
  name: string;
  /** Mean silhouette of the cluster, -1 to 1, or null when it was not measured. */
  silhouette: number | null;
  /** CSS colour. */
  colour: string;
}

interface SilhouetteBarsProps {
  bars: readonly SilhouetteBar[];
  /** Mean over all rows measured, or null. */
  mean: number | null;
  /** Index of the bar that stands out, or null. */
  emphasised: number | null;
}

/** Share of the way from -1 to 1, as a CSS percentage. */
export function silhouettePosition(silhouette: number): number {
  return (Math.min(1, Math.max(-1, silhouette)) + 1) / 2;
}

/** The silhouettes of all clusters on one scale from -1 to 1, with the mean as a line. */
export function SilhouetteBars({ bars, mean, emphasised }: SilhouetteBarsProps) {
  const summary = bars
    .map(
      (bar) =>
        `${bar.name} ${bar.silhouette === null ? t("not measured") : bar.silhouette.toFixed(2)}`,
    )
    .join(", ");
  return (
    <div className={classes.silhouettes}>
      <VisuallyHidden>{t("Silhouette by cluster: {summary}", { summary })}</VisuallyHidden>
      {bars.map((bar, index) => (
        <div
          key={bar.name}
          className={classes.silhouette}
          style={{ opacity: emphasised === null || emphasised === index ? 1 : 0.35 }}
        >
          {bar.silhouette !== null && <i style={barStyle(bar.silhouette, bar.colour)} />}
        </div>
      ))}
      <span className={classes.silhouetteZero} />
      {mean !== null && (
        <span
          className={classes.silhouetteMean}
          style={{ left: `${silhouettePosition(mean) * 100}%` }}
        />
      )}
    </div>
  );
}

function barStyle(silhouette: number, colour: string): React.CSSProperties {
  const at = silhouettePosition(silhouette);
  return {
    left: `${Math.min(at, 0.5) * 100}%`,
    width: `${Math.max(Math.abs(at - 0.5), 0.004) * 100}%`,
    background: colour,
  };
}
