import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { rowValuesQuery, type ValueOf } from "../../api/rowValues.ts";
import { t } from "../../language/language.ts";
import type { ColourBy, ExploreView } from "./exploreView.ts";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import { type ValueColours, valueColours } from "./valueColours.ts";

/** What points can be coloured by besides columns. */
export const COLOURS_BY: Record<Exclude<ColourBy, "column">, string> = {
  cluster: t("Cluster"),
  silhouette: t("Silhouette"),
  confidence: t("Confidence"),
  stability: t("Stability"),
  none: t("None"),
};

export interface ColouredByValue {
  /** Null while points are coloured by cluster or not at all, and until values have come. */
  byValue: ValueColours | null;
  loading: boolean;
  error: Error | null;
  retry: () => void;
}

/** Colours of the points by a column or a measure, where the view asks for that. */
export function useValueColours(
  shown: ShownPartition | null,
  view: ExploreView,
  colours: ClusterColours,
): ColouredByValue {
  const { colour, by } = view;
  const of: ValueOf | null =
    colour === "column" && by !== undefined
      ? { column: by }
      : colour === "silhouette" || colour === "confidence" || colour === "stability"
        ? { measure: colour }
        : null;
  const query = useQuery({
    // Without a partition or a value to ask for the query is idle.
    ...rowValuesQuery(shown?.partition ?? NO_PARTITION, of ?? { measure: "silhouette" }),
    enabled: shown !== null && of !== null,
  });
  const { data, error, isFetching, refetch } = query;
  const title = of === null || colour === "column" ? (by ?? "") : COLOURS_BY[colour];
  const byValue = useMemo(
    () => (of !== null && data ? valueColours(data, title, colours) : null),
    // `of` is made anew by each render and stands for what `data` and `title` tell.
    // oxlint-disable-next-line react/exhaustive-deps
    [data, title, colours, of === null],
  );
  return {
    byValue,
    loading: of !== null && isFetching,
    error: of === null ? null : error,
    retry: () => void refetch(),
  };
}

const NO_PARTITION = { run_id: 0, n_clusters: 0, key: "" } as ShownPartition["partition"];
