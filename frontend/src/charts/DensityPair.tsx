import classes from "./charts.module.css";
import { type BinnedDensity, densityGeometry } from "./densityGeometry.ts";

interface DensityPairProps {
  density: BinnedDensity;
  /** CSS colour of the rows inside. */
  colour: string;
  /** CSS colour of the rows outside; grey when they are simply the rest. */
  against?: string;
  width: number;
  height: number;
  /** Medians to mark, in the column's unit. */
  medians?: { inside: number | null; outside: number | null };
}

/** Where the rows of a set lie in one column, as a line, before where the others lie, as an area. */
export function DensityPair({
  density,
  colour,
  against,
  width,
  height,
  medians,
}: DensityPairProps) {
  const { inside, outside, x } = densityGeometry(density, { width, height: height - 1, top: 2 });
  const marks = [
    { value: medians?.outside ?? null, colour: against ?? "var(--fg3)" },
    { value: medians?.inside ?? null, colour },
  ];
  return (
    <svg
      className={classes.density}
      viewBox={`0 0 ${width} ${height}`}
      style={{ aspectRatio: `${width} / ${height}`, maxWidth: width }}
      aria-hidden="true"
    >
      <path d={outside} fill={against ?? "var(--fg3)"} fillOpacity={against ? 0.28 : 0.3} />
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--line2)" />
      {marks.map(
        ({ value, colour: stroke }, index) =>
          value !== null && (
            <line
              // The two marks never change places.
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              x1={x(value)}
              x2={x(value)}
              y1={2}
              y2={height - 1}
              stroke={stroke}
              strokeDasharray="2 2"
            />
          ),
      )}
      <path d={inside} fill="none" stroke={colour} strokeWidth={1.6} strokeLinejoin="round" />
    </svg>
  );
}
