import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import classes from "./compare/compare.module.css";
import type { SamplePoints } from "./samplePoints.ts";

/** Rows in focus: those with `label` in `labels`. */
export interface Focus {
  labels: Uint16Array;
  label: number;
}

interface SmallMapProps {
  points: SamplePoints;
  labels: Uint16Array;
  /** CSS colour of every cluster. */
  colours: readonly string[];
  /** Colour of rows that are in no cluster or out of focus. */
  context: string;
  focus?: Focus | null;
  /** The row under the pointer, or null. */
  onHover?: (row: number | null) => void;
  onPress?: (row: number | null) => void;
  label: string;
}

const RADIUS = 1.6;
const MARGIN = 10;
/** How near the pointer must be to a point, pixels. */
const REACH = 9;

/** A sample of the rows where a layout puts them, in the colours of their clusters. Fills its frame. */
export function SmallMap(props: SmallMapProps) {
  const { points, labels, colours, context, focus = null, onHover, onPress, label } = props;
  const { ref, width, height } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const target = canvas.current;
    const brush = target?.getContext("2d");
    if (!target || !brush || width === 0 || height === 0) return;
    const scale = window.devicePixelRatio || 1;
    target.width = Math.round(width * scale);
    target.height = Math.round(height * scale);
    brush.scale(scale, scale);
    const inFocus = (row: number) => !focus || focus.labels[row] === focus.label;
    // Rows in focus lie above the others.
    for (const above of [false, true]) {
      for (let at = 0; at < points.row.length; at++) {
        const row = points.row[at] as number;
        if (inFocus(row) !== above) continue;
        const [x, y] = place(points, at, width, height);
        brush.globalAlpha = above ? 0.85 : 0.25;
        brush.fillStyle = above ? (colours[labels[row] as number] ?? context) : context;
        brush.beginPath();
        brush.arc(x, y, RADIUS, 0, 2 * Math.PI);
        brush.fill();
      }
    }
  }, [points, labels, colours, context, focus, width, height]);
  const rowAt = (event: React.PointerEvent | React.MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearestRow(points, event.clientX - box.left, event.clientY - box.top, box);
  };
  return (
    <div ref={ref} className={classes.map}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        onPointerMove={onHover && ((event) => onHover(rowAt(event)))}
        onPointerLeave={onHover && (() => onHover(null))}
        onClick={onPress && ((event) => onPress(rowAt(event)))}
      />
    </div>
  );
}

function place(points: SamplePoints, at: number, width: number, height: number): [number, number] {
  const x = (points.x[at] as number) / 65535;
  const y = (points.y[at] as number) / 65535;
  return [MARGIN + x * (width - 2 * MARGIN), height - MARGIN - y * (height - 2 * MARGIN)];
}

/** The row nearest to a place in a frame of `width` × `height` pixels, if it is near at all. */
export function nearestRow(
  points: SamplePoints,
  x: number,
  y: number,
  { width, height }: { width: number; height: number },
): number | null {
  let nearest: number | null = null;
  let least = REACH ** 2;
  for (let at = 0; at < points.row.length; at++) {
    const [px, py] = place(points, at, width, height);
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < least) {
      least = distance;
      nearest = points.row[at] as number;
    }
  }
  return nearest;
}
