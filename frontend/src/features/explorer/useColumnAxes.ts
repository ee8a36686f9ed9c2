import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { LayoutRead } from "../../api/contract.ts";
import { type RowValues, rowValuesQuery } from "../../api/rowValues.ts";
import { t } from "../../language/language.ts";
import type { PointBatch } from "../../points/store.ts";
import { columnPlaces } from "./columnLayout.ts";
import type { ExploreView } from "./exploreView.ts";
import type { ShownPartition } from "./partitions.ts";

export interface ColumnAxes {
  /** Moves points to their places; null while another layout is wanted or values are on their way. */
  place: ((batch: PointBatch) => PointBatch) | null;
  /** What the map of the two columns is called. */
  layout: LayoutRead | undefined;
  error: Error | null;
  retry: () => void;
}

/** The map of two chosen columns, where the view asks for it. */
export function useColumnAxes(shown: ShownPartition | null, view: ExploreView): ColumnAxes {
  const axes = view.layout === "columns" ? view.axes : null;
  const found = useQueries({
    queries: axes && shown ? axes.map((column) => rowValuesQuery(shown.partition, { column })) : [],
  });
  const [x, y] = found.map(({ data }) => data);
  const place = useMemo(() => (x && y ? columnPlaces(x, y) : null), [x, y]);
  return {
    place,
    layout: axes && x && y ? described(axes, x, y) : undefined,
    error: found.find(({ error }) => error)?.error ?? null,
    retry: () => {
      for (const { error, refetch } of found) if (error) void refetch();
    },
  };
}

function described(axes: readonly string[], x: RowValues, y: RowValues): LayoutRead {
  const side = (end: "minimum" | "maximum") => [x.told[end] ?? 0, y.told[end] ?? 0, 0];
  return {
    title: t("two columns"),
    axes: [...axes, ""],
    minimum: side("minimum"),
    maximum: side("maximum"),
    has_3d: false,
  };
}
