import classes from "./charts.module.css";

interface MarginBarsProps {
  /** Rows in bins of equal width from -1 to 1. */
  counts: readonly number[];
  /** Rows below it count as borderline. */
  threshold: number;
  mean: number;
  /** CSS colour. */
  colour: string;
}

const WIDTH = 280;
const HEIGHT = 44;

/** How many rows of a cluster lie how far inside it. */
export function MarginBars({ counts, threshold, mean, colour }: MarginBarsProps) {
  const most = Math.max(...counts, 1);
  const step = WIDTH / counts.length;
  const at = (margin: number) => ((margin + 1) / 2) * WIDTH;
  return (
    <svg
      className={classes.margins}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {counts.map((count, bin) => {
        // A single row among thousands still shows.
        const height = count > 0 ? Math.max((count / most) * (HEIGHT - 3), 1.5) : 0;
        const isBorder = -1 + (2 * (bin + 0.5)) / counts.length < threshold;
        return (
          <rect
            // A bin is its place.
            // oxlint-disable-next-line react/no-array-index-key
            key={bin}
            x={bin * step + 0.4}
            width={step - 0.8}
            y={HEIGHT - height}
            height={height}
            fill={isBorder ? "var(--warn)" : colour}
          />
        );
      })}
      <line x1={at(mean)} x2={at(mean)} y1={0} y2={HEIGHT} stroke="var(--fg)" strokeWidth={1.2} />
    </svg>
  );
}
