import { useCallback, useEffect, useRef } from "react";
import type { PointMap } from "../../points/map.ts";
import { paletteTexture } from "../../points/palette.ts";
import { MISSING_CODE } from "../../points/ramp.ts";
import type { ShownPartition } from "./partitions.ts";
import { measureRecolour } from "./recolourTiming.ts";
import type { ValueColours } from "./valueColours.ts";

/** Brings a partition to the map outside of rendering; resolves once its first frame is drawn. */
export type Painter = (shown: ShownPartition) => Promise<void>;

/** What the points' colours depend on. */
export interface Colouring {
  shown: ShownPartition | null;
  /** The clusters' colours, a value's, or none. */
  mode: "cluster" | "value" | "none";
  /** Null until the values have come: the points are grey meanwhile. */
  byValue: ValueColours | null;
  isolated: number | null;
  palette: readonly string[];
}

/** What the map was last told to draw. */
interface Drawn extends Colouring {
  map: PointMap;
  shown: ShownPartition;
}

/** Brings labels or values and their colours to the map, and times a re-cut's first frame. */
export function usePaint(
  map: PointMap | null,
  { shown, mode, byValue, isolated, palette }: Colouring,
  onPainter: (painter: Painter | null) => void,
) {
  const drawn = useRef<Drawn | null>(null);
  const paint = useCallback(async (wanted: Drawn): Promise<void> => {
    const before = drawn.current;
    drawn.current = wanted;
    const same =
      before !== null &&
      before.map === wanted.map &&
      before.shown === wanted.shown &&
      before.mode === wanted.mode;
    if (wanted.mode === "value") {
      const { byValue: value } = wanted;
      if (same && before.byValue === value && before.isolated === wanted.isolated) return;
      await wanted.map.setLabels(value && codesOf(value, wanted), value && value.texture);
      return;
    }
    if (same) {
      const sameTexture = before.palette === wanted.palette && before.isolated === wanted.isolated;
      if (!sameTexture) wanted.map.setPalette(textureOf(wanted));
      return;
    }
    const { partition, labels } = wanted.shown;
    await wanted.map.setLabels(wanted.mode === "cluster" ? labels : null, textureOf(wanted));
    if (wanted.mode === "cluster") measureRecolour(partition.n_clusters);
  }, []);

  useEffect(() => {
    if (map && shown) void paint({ map, shown, mode, byValue, isolated, palette });
    else if (map && drawn.current?.map === map) {
      drawn.current = null;
      void map.setLabels(null, null);
    }
  }, [map, shown, mode, byValue, isolated, palette, paint]);

  useEffect(() => {
    if (!map) return;
    onPainter((next) => paint({ map, shown: next, mode, byValue, isolated: null, palette }));
    return () => onPainter(null);
  }, [map, mode, byValue, palette, paint, onPainter]);
}

/** Codes of the values; rows outside the isolated cluster have none. */
function codesOf({ codes }: ValueColours, { shown, isolated }: Drawn): Uint16Array {
  if (isolated === null) return codes;
  return codes.map((code, row) => (shown.labels[row] === isolated ? code : MISSING_CODE));
}

function textureOf({ palette, shown, isolated }: Drawn): Uint8Array {
  return paletteTexture(palette, shown.slots, isolated);
}
