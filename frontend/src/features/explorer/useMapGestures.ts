import { useEffect, useRef, useState } from "react";
import type { ScreenPoint } from "../../points/coordinates.ts";
import type { Tool } from "../../points/gestures.ts";
import { listenGestures } from "../../points/gestures.ts";
import { rasteriseBrush } from "../../points/brush.ts";
import type { SelectionMode } from "../../points/lasso.ts";
import { rasterisePolygon, selectInside } from "../../points/lasso.ts";
import type { PointMap } from "../../points/map.ts";
import { PointPicker } from "../../points/picker.ts";
import type { ViewChange } from "./exploreView.ts";
import type { ShownPartition } from "./partitions.ts";
import type { SampledSelecting } from "./sampledSelecting.ts";
import type { Selection } from "./selection.ts";
import { selectionFromMask } from "./selection.ts";

/** What gestures ask for at the moment they happen; they outlive renders. */
export interface GestureState {
  tool: Tool;
  nRows: number;
  /** Finds rows among all of the table where the map shows a sample of them. */
  sampled: SampledSelecting | null;
  shown: ShownPartition | null;
  selection: Selection | null;
  onSelection: (selection: Selection | null) => void;
  isolated: number | null;
  onView: (change: ViewChange) => void;
  whyRow: number | null;
  onWhy: (row: number | null) => void;
}

export interface MapGestures {
  /** What is being drawn: an outline, or the way of the brush. */
  drawing: { way: readonly ScreenPoint[]; tool: Tool } | null;
  /** The point under the cursor, as its index in drawn order. */
  hovered: { at: ScreenPoint; index: number } | null;
}

/** Selecting, hovering and clicking on the map. */
export function useMapGestures(
  map: PointMap | null,
  canvas: HTMLCanvasElement | null,
  state: GestureState,
): MapGestures {
  const [drawing, setDrawing] = useState<MapGestures["drawing"]>(null);
  const [hovered, setHovered] = useState<MapGestures["hovered"]>(null);
  const now = useRef(state);
  useEffect(() => {
    now.current = state;
  });
  useEffect(() => {
    if (!map || !canvas) return;
    let last: ScreenPoint | null = null;
    const look = () => {
      const index = last ? picker.pick(last) : -1;
      setHovered(last && index >= 0 ? { at: last, index } : null);
    };
    const picker = new PointPicker(map, look);
    const stop = listenGestures(canvas, map, () => now.current.tool, {
      onOutline: (way, tool) => setDrawing(way && { way, tool }),
      onSelect: (way, drawnBy, keys) => {
        const mode = modeOf(keys);
        const { sampled } = now.current;
        if (!sampled) selectUnder(map, way, drawnBy, mode, now.current);
        else void sampled.select(map, way, drawnBy, mode, () => now.current);
      },
      onHover: (position) => {
        last = position;
        look();
      },
      onTap: (position) => {
        const index = picker.pick(position);
        const { shown, isolated, onView, whyRow, onWhy } = now.current;
        // Once a row is explained, the next one clicked is.
        if (whyRow !== null && index >= 0) {
          onWhy(map.store.rows[index] as number);
          return;
        }
        const label = index < 0 ? undefined : shown?.labels[map.store.rows[index] as number];
        const isCluster = label !== undefined && label < (shown?.slots.length ?? 0);
        onView({ sel: label === isolated || !isCluster ? undefined : label });
      },
    });
    return () => {
      stop();
      picker.dispose();
      setHovered(null);
    };
  }, [map, canvas]);
  return { drawing, hovered };
}

function modeOf({ shift, alt }: { shift: boolean; alt: boolean }): SelectionMode {
  return alt ? "subtract" : shift ? "add" : "replace";
}

function selectUnder(
  map: PointMap,
  way: readonly ScreenPoint[],
  tool: Tool,
  mode: SelectionMode,
  { nRows, selection, shown, isolated, onSelection }: GestureState,
): void {
  const mask = tool === "brush" ? rasteriseBrush(way) : rasterisePolygon(way);
  const selected = selection?.mask.slice() ?? new Uint8Array(nRows);
  const labels = shown?.labels;
  // While a cluster is isolated the outline keeps to it.
  const allowed =
    labels && isolated !== null ? (row: number) => labels[row] === isolated : undefined;
  if (mask) selectInside(map.store, map.projection, mask, mode, selected, allowed);
  else if (mode === "replace") selected.fill(0);
  onSelection(selectionFromMask(selected));
}
