import classes from "./charts.module.css";
import { type Bar, sankey } from "./sankeyGeometry.ts";
import { t } from "../language/language.ts";
import { formatCount } from "../ui/numbers.ts";

export interface SankeySide {
  names: readonly string[];
  colours: readonly string[];
}

interface SankeyChartProps {
  /** Rows that are in each group of the left and of the right. */
  counts: readonly (readonly number[])[];
  left: SankeySide;
  right: SankeySide;
  width: number;
  height: number;
  /** What the flows are, for screen readers. */
  label: string;
}

const NAME = 128;
const BAR = 7;
const PAD = 6;
const LETTERS = 18;

/** Rows flowing from the groups of the left to those of the right, as broad as they are many. */
export function SankeyChart({ counts, left, right, width, height, label }: SankeyChartProps) {
  const x0 = NAME + BAR;
  const x1 = width - NAME - BAR;
  const laid = sankey(counts, { x0, x1, height: height - 2 * PAD, gap: 6 });
  return (
    <svg className={classes.sankey} width={width} height={height} role="img" aria-label={label}>
      <g transform={`translate(0,${PAD})`}>
        {laid.ribbons.map(({ from, to, count, path }) => (
          <path key={`${from} ${to}`} d={path} fill={left.colours[from]}>
            <title>
              {t("{from} → {to}: {count} rows", {
                from: left.names[from] ?? "",
                to: right.names[to] ?? "",
                count: formatCount(count),
              })}
            </title>
          </path>
        ))}
        <Bars bars={laid.left} side={left} x={NAME} textX={NAME - 8} anchor="end" />
        <Bars bars={laid.right} side={right} x={x1} textX={x1 + BAR + 8} anchor="start" />
      </g>
    </svg>
  );
}

interface BarsProps {
  bars: readonly Bar[];
  side: SankeySide;
  x: number;
  textX: number;
  anchor: "start" | "end";
}

function Bars({ bars, side, x, textX, anchor }: BarsProps) {
  return bars.map(({ index, count, y, height }) => (
    <g key={index}>
      <rect
        x={x}
        y={y}
        width={BAR}
        height={Math.max(1, height)}
        rx={1.5}
        fill={side.colours[index]}
      />
      <text x={textX} y={y + height / 2} dy="0.35em" textAnchor={anchor}>
        {shortened(side.names[index] ?? "")}
        <title>
          {t("{name}: {count} rows", {
            name: side.names[index] ?? "",
            count: formatCount(count),
          })}
        </title>
      </text>
    </g>
  ));
}

function shortened(name: string): string {
  return name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
}
