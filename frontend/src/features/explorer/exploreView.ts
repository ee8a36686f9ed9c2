// The part of the view that a link restores, read from and written to the address.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

const ROUTE = "/shell/d/$datasetId/explore";

export type LayoutName = "features" | "embedding" | "umap" | "tsne" | "columns";

/** What the colours of the points stand for. */
export type ColourBy = "cluster" | "silhouette" | "confidence" | "stability" | "column" | "none";

export interface ExploreView {
  /** Run id; undefined means the newest. */
  run: number | undefined;
  /** Number of clusters; undefined means the run's current one. */
  k: number | undefined;
  layout: LayoutName;
  dims: 2 | 3;
  /** Columns that are the axes of the layout "columns". */
  axes: readonly [x: string, y: string] | null;
  colour: ColourBy;
  /** The column that the points are coloured by. */
  by: string | undefined;
  /** Label of the isolated cluster. */
  isolated: number | null;
  /** What the dock shows. */
  dock: DockTab;
  /** The partition that rows moved since. */
  since: { run: number; k: number } | null;
  /** The column that clusters are set against. */
  against: string | undefined;
}

export type DockTab = "selection" | "changes" | "labels";

export interface ViewChange {
  run?: number | undefined;
  k?: number | undefined;
  layout?: LayoutName;
  x?: string | undefined;
  y?: string | undefined;
  dims?: 2 | 3;
  color?: ColourBy;
  by?: string | undefined;
  sel?: number | undefined;
  dock?: Exclude<DockTab, "selection"> | undefined;
  since?: number | undefined;
  sinceK?: number | undefined;
  against?: string | undefined;
}

/** The view in the address, and a function that changes parts of it (undefined: back to the default). */
export function useExploreView(): [ExploreView, (change: ViewChange) => void] {
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/d/$datasetId/explore" });
  const change = useCallback(
    (next: ViewChange) => {
      void navigate({ search: (previous) => ({ ...previous, ...next }), replace: true });
    },
    [navigate],
  );
  const axes = search.x && search.y ? ([search.x, search.y] as const) : null;
  const view: ExploreView = {
    run: search.run,
    k: search.k,
    layout: search.layout === "columns" && !axes ? "features" : (search.layout ?? "features"),
    axes,
    dims: search.dims ?? 2,
    colour: search.color === "column" && !search.by ? "cluster" : (search.color ?? "cluster"),
    by: search.by,
    isolated: search.sel ?? null,
    dock: search.dock ?? "selection",
    since: search.since && search.sinceK ? { run: search.since, k: search.sinceK } : null,
    against: search.against,
  };
  return [view, change];
}
