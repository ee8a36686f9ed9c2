import { useState } from "react";
import classes from "./charts.module.css";
import {
  bandAt,
  formatEigenvalue,
  type GapBand,
  SPECTRUM_FRAME,
  spectrumGeometry,
} from "./spectrumGeometry.ts";
import { t } from "../language/language.ts";

interface SpectrumChartProps {
  /** Ascending, as the engine returns them. */
  eigenvalues: readonly number[];
  /** Number of clusters shown at present. */
  selectedK: number;
  /** Smallest and largest number that may be chosen. */
  minimumK: number;
  maximumK: number;
  /** Suggested numbers of clusters, best first. */
  suggested: readonly number[];
  onSelectK: (nClusters: number) => void;
  /** The band under the cursor or keyboard, so that its value can be told in words. */
  onPreview?: (band: GapBand | null) => void;
}

/**
 * The smallest eigenvalues of the Laplacian. The gap after the k-th one is a band; a click on it chooses k.
 * For the keyboard it is one slider: arrows step, Home and End jump, Page keys walk the suggestions.
 */
export function SpectrumChart(props: SpectrumChartProps) {
  const { eigenvalues, selectedK, minimumK, maximumK, suggested, onSelectK, onPreview } = props;
  const [hovered, setHovered] = useState<number | null>(null);
  const frame = SPECTRUM_FRAME;
  const geometry = spectrumGeometry(eigenvalues, frame);
  const bands = geometry.bands.filter(
    ({ nClusters }) => nClusters >= minimumK && nClusters <= maximumK,
  );
  const floor = frame.height - frame.bottom;

  const preview = (band: GapBand | null) => {
    setHovered(band?.nClusters ?? null);
    onPreview?.(band);
  };
  const bandUnder = (
    event: React.PointerEvent<SVGSVGElement> | React.MouseEvent<SVGSVGElement>,
  ) => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = box.width > 0 ? frame.width / box.width : 1;
    return bandAt(bands, (event.clientX - box.left) * scale);
  };
  const choose = (nClusters: number) => {
    const wanted = Math.min(maximumK, Math.max(minimumK, nClusters));
    if (wanted !== selectedK) onSelectK(wanted);
  };
  const handleKey = (event: React.KeyboardEvent) => {
    const wanted = suggestionKey(event.key, props);
    if (wanted === null) return;
    event.preventDefault();
    choose(wanted);
  };

  return (
    <div className={classes.spectrumFrame}>
      {/* A real slider carries keyboard and screen reader; the drawing above it takes the pointer. */}
      <input
        type="range"
        className={classes.spectrumSlider}
        aria-label={t("Number of clusters, by the spectrum")}
        aria-valuetext={valueText(geometry.bands, selectedK, suggested)}
        min={minimumK}
        max={maximumK}
        value={selectedK}
        onChange={(event) => choose(event.currentTarget.valueAsNumber)}
        onKeyDown={handleKey}
      />
      <svg
        className={classes.spectrum}
        viewBox={`0 0 ${frame.width} ${frame.height}`}
        aria-hidden="true"
        onPointerMove={(event) => preview(bandUnder(event))}
        onPointerLeave={() => preview(null)}
        onClick={(event) => {
          const band = bandUnder(event);
          if (band) choose(band.nClusters);
        }}
      >
        {geometry.ticksY.map((tick) => (
          <g key={tick.value}>
            <line
              className={classes.grid}
              x1={frame.left - 6}
              x2={frame.width}
              y1={tick.y}
              y2={tick.y}
            />
            <text className={classes.tick} x={frame.left - 11} y={tick.y + 3.5} textAnchor="end">
              {tick.label}
            </text>
          </g>
        ))}
        {bands.map((band) => (
          <rect
            key={band.nClusters}
            data-k={band.nClusters}
            className={bandClass(band.nClusters, selectedK, hovered, suggested)}
            x={band.left + 2}
            y={frame.top}
            width={Math.max(band.right - band.left - 4, 1)}
            height={floor - frame.top}
            rx={3}
          />
        ))}
        <polyline
          className={classes.trace}
          points={geometry.dots.map(({ x, y }) => `${x},${y}`).join(" ")}
        />
        {geometry.dots.map((dot) => (
          <circle
            key={dot.order}
            className={dot.order <= selectedK ? classes.dotOn : classes.dot}
            cx={dot.x}
            cy={dot.y}
            r={dot.order <= selectedK ? 3.6 : 3}
          />
        ))}
        {suggested.map((nClusters, rank) => {
          const band = bands.find((candidate) => candidate.nClusters === nClusters);
          return (
            band && (
              <text
                key={nClusters}
                className={rank === 0 ? classes.rankFirst : classes.rank}
                x={(band.left + band.right) / 2}
                y={floor + 9.5}
                textAnchor="middle"
              >
                {rank === 0 ? "▲" : "△"}
              </text>
            )
          );
        })}
        {geometry.ticksX.map((tick) => (
          <text
            key={tick.order}
            className={tick.order === selectedK ? classes.tickOn : classes.tick}
            x={tick.x}
            y={frame.height - 5}
            textAnchor="middle"
          >
            {tick.order}
          </text>
        ))}
      </svg>
    </div>
  );
}

function suggestionKey(key: string, props: SpectrumChartProps): number | null {
  const ordered = props.suggested.toSorted((a, b) => a - b);
  if (key === "PageUp") return ordered.find((k) => k > props.selectedK) ?? null;
  if (key === "PageDown") return ordered.findLast((k) => k < props.selectedK) ?? null;
  return null;
}

function bandClass(
  nClusters: number,
  selectedK: number,
  hovered: number | null,
  suggested: readonly number[],
): string {
  const kinds = [classes.band];
  if (suggested.includes(nClusters)) kinds.push(classes.bandSuggested);
  if (nClusters === hovered) kinds.push(classes.bandHovered);
  if (nClusters === selectedK) kinds.push(classes.bandSelected);
  return kinds.join(" ");
}

function valueText(bands: readonly GapBand[], k: number, suggested: readonly number[]): string {
  const band = bands.find(({ nClusters }) => nClusters === k);
  const gap = band
    ? t(", gap {eigengap} after eigenvalue {k}", { eigengap: formatEigenvalue(band.eigengap), k })
    : "";
  const rank = suggested.indexOf(k);
  return `${k} ${k === 1 ? "cluster" : "clusters"}${gap}${rank >= 0 ? `, suggestion ${rank + 1}` : ""}`;
}
