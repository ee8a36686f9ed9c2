import { Button } from "@mantine/core";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import type { DatasetRead, RunRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { t } from "../../language/language.ts";
import { BRUSH_RADIUS } from "../../points/brush.ts";
import type { Tool } from "../../points/gestures.ts";
import { clusterAnchors } from "../../points/placement.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { JobProgress } from "../../ui/JobProgress.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { useClusterName } from "./clusterNames.ts";
import { ConstraintArcs } from "./editing/ConstraintArcs.tsx";
import type { Editing } from "./editing/useEditing.ts";
import classes from "./explorer.module.css";
import type { ExploreView, ViewChange } from "./exploreView.ts";
import { HoverCard } from "./HoverCard.tsx";
import { useClusterColours } from "./mapColours.ts";
import { MapLabels } from "./MapLabels.tsx";
import { LEGEND_ROOM, MapLegend } from "./MapLegend.tsx";
import { MapStatus } from "./MapStatus.tsx";
import { MapToolbar } from "./MapToolbar.tsx";
import type { ShownPartition } from "./partitions.ts";
import { PictureMenu } from "./PictureMenu.tsx";
import type { NamedClusters } from "./placedNames.ts";
import { SampledSelecting } from "./sampledSelecting.ts";
import type { Selection } from "./selection.ts";
import { SelectionsMenu } from "./selections/SelectionsMenu.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { useColumnAxes } from "./useColumnAxes.ts";
import { type MapGestures, useMapGestures } from "./useMapGestures.ts";
import { type Painter, usePaint } from "./usePaint.ts";
import { MOST_POINTS, useMapPoints, usePointMap } from "./usePointMap.ts";
import { useRunLayout } from "./useRunLayout.ts";
import { useValueColours } from "./useValueColours.ts";
import { RowMarker } from "./why/RowMarker.tsx";
import { ZoomButtons } from "./ZoomButtons.tsx";

// Nothing is selected at first.
const SelectionBar = lazy(async () => ({
  default: (await import("./SelectionBar.tsx")).SelectionBar,
}));

interface MapPanelProps {
  dataset: DatasetRead;
  run: RunRead;
  view: ExploreView;
  onView: (change: ViewChange) => void;
  shown: ShownPartition | null;
  selection: Selection | null;
  onSelection: (selection: Selection | null) => void;
  /** The row whose place is explained, 0-based, or null. */
  whyRow: number | null;
  onWhy: (row: number | null) => void;
  editing: Editing;
  /** Receives a function that paints a partition at once, before the page is rendered with it. */
  onPainter: (painter: Painter | null) => void;
}

/** The map with everything that floats on it. */
export function MapPanel(props: MapPanelProps) {
  const { dataset, run, view, onView, shown, selection, onSelection, whyRow, onWhy, editing } =
    props;
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const colours = useClusterColours();
  const handle = usePointMap(canvas, colours);
  const { map } = handle;
  const layout = useRunLayout(run, view.layout);
  const axes = useColumnAxes(shown, view);
  const described = axes.layout ?? run.layouts[layout.drawn];
  const dims = view.dims === 3 && described?.has_3d ? 3 : 2;
  const points = useMapPoints(map, run, layout.drawn, dims, axes.place);
  const [tool, setTool] = useState<Tool>(dims === 3 ? "pan" : "lasso");
  const isolated = view.colour === "none" ? null : view.isolated;
  const coloured = useValueColours(shown, view, colours);
  const { byValue } = coloured;
  const mode = view.colour === "cluster" || view.colour === "none" ? view.colour : "value";
  usePaint(map, { shown, mode, byValue, isolated, palette: colours.palette }, props.onPainter);
  const legend = selection ? null : (byValue?.legend ?? null);
  useEffect(() => map?.setOccupied(byValue ? LEGEND_ROOM : 0), [map, byValue]);
  useEffect(() => map?.setSelection(selection?.mask ?? null), [map, selection]);
  const isSample = run.n_rows > MOST_POINTS && !axes.place;
  const partition = shown?.partition;
  const sampled = useMemo(
    () => (isSample && partition ? new SampledSelecting(partition, layout.drawn, dims) : null),
    [isSample, partition, layout.drawn, dims],
  );
  const { drawing, hovered } = useMapGestures(map, canvas, {
    tool,
    nRows: run.n_rows,
    sampled,
    shown,
    selection,
    onSelection,
    isolated,
    onView,
    whyRow,
    onWhy,
  });

  useShortcuts({
    l: () => setTool("lasso"),
    b: () => setTool("box"),
    r: () => setTool("brush"),
    " ": () => setTool(tool === "pan" ? "lasso" : "pan"),
    f: () => map?.fit(),
    g: () => map?.fitSelection(),
    w: () => {
      if (hovered && map) onWhy(map.store.rows[hovered.index] as number);
    },
    Escape: () => {
      onWhy(null);
      onSelection(null);
      onView({ sel: undefined });
    },
  });

  const anchors = useMemo(() => {
    // `arrived` stands for the points, which live outside React.
    if (!map || !shown || points.arrived === 0) return null;
    return clusterAnchors(map.store, shown.labels, shown.slots.length);
  }, [map, shown, points.arrived]);

  const nameOf = useClusterName();
  const named: NamedClusters | null =
    map && anchors && shown && mode === "cluster"
      ? { store: map.store, anchors, shown, isolated, colours, nameOf }
      : null;

  if (handle.failure) return <MapUnavailable message={handle.failure.message} />;
  return (
    <section className={classes.stage} aria-label={t("Map")} data-tour="map">
      <canvas ref={setCanvas} className={classes.canvas} data-tool={tool} aria-hidden="true" />
      {named && <MapLabels named={named} view={handle.view} />}
      {map && (
        <ConstraintArcs
          store={map.store}
          view={handle.view}
          constraints={editing.constraints}
          violated={editing.history?.violations.map(({ rows }) => rows) ?? []}
          arrived={points.arrived}
        />
      )}
      {map && whyRow !== null && (
        <RowMarker store={map.store} view={handle.view} row={whyRow} arrived={points.arrived} />
      )}
      {drawing && <Outline {...drawing} />}
      <MapToolbar
        tool={tool}
        onTool={setTool}
        view={{ ...view, dims }}
        onView={(change) => {
          // In three dimensions looking around comes first; an outline is drawn on a flat map.
          if (change.dims) setTool(change.dims === 3 ? "pan" : "lasso");
          onView(change);
        }}
        layouts={run.layouts}
        has3d={described?.has_3d ?? false}
        columns={dataset.columns}
      >
        <SelectionsMenu
          runId={run.id}
          nRows={run.n_rows}
          mayEdit={editing.mayEdit}
          onSelection={onSelection}
        />
      </MapToolbar>
      <ZoomButtons
        onZoom={(factor) => map?.zoom(factor)}
        onFit={() => map?.fit()}
        onFitSelection={selection ? () => map?.fitSelection() : null}
      >
        {map && shown && (
          <PictureMenu
            name={dataset.name}
            map={map}
            named={named}
            shown={shown}
            legend={byValue?.legend ?? null}
            layout={described}
            dims={dims}
            colours={colours}
          />
        )}
      </ZoomButtons>
      {legend && <MapLegend legend={legend} colours={colours} />}
      {layout.job && (
        <div className={classes.stageJob}>
          <JobProgress job={layout.job} />
        </div>
      )}
      {hovered && !drawing && map && (
        <HoverCard
          dataset={dataset}
          run={run}
          row={map.store.rows[hovered.index] ?? 0}
          at={hovered.at}
          viewport={map.viewport}
          shown={shown}
          colours={colours}
        />
      )}
      {selection && shown && (
        <Suspense>
          <SelectionBar
            selection={selection}
            shown={shown}
            colours={colours}
            editing={editing}
            runId={run.id}
            onClear={() => onSelection(null)}
          />
        </Suspense>
      )}
      <MapStatus
        progress={handle.progress}
        nRows={run.n_rows}
        loading={!points.complete && !points.error}
        layout={described}
        dims={dims}
        contextLost={handle.contextLost}
      />
      <MapProblem failed={[points, layout, axes, coloured]} />
    </section>
  );
}

function Outline({ way, tool }: NonNullable<MapGestures["drawing"]>) {
  const points = way.map(([x, y]) => `${x},${y}`).join(" ");
  return (
    <svg className={classes.outline} aria-hidden="true">
      {tool === "brush" ? (
        <polyline points={points} strokeWidth={2 * BRUSH_RADIUS} />
      ) : (
        <polygon points={points} />
      )}
    </svg>
  );
}

interface Failed {
  error: Error | null;
  retry: () => void;
}

/** The first thing that the map wanted and did not get. */
function MapProblem({ failed }: { failed: readonly Failed[] }) {
  const first = failed.find(({ error }) => error !== null);
  if (!first?.error) return null;
  return (
    <div className={classes.stageProblem}>
      <ProblemAlert problem={asProblem(first.error)} onRetry={first.retry} />
    </div>
  );
}

function MapUnavailable({ message }: { message: string }) {
  return (
    <section className={classes.stage} aria-label={t("Map")}>
      <EmptyState
        title={t("The map can't be drawn here")}
        actions={
          <Button variant="default" onClick={() => window.location.reload()}>
            {t("Reload")}
          </Button>
        }
      >
        {t("{message} Clusters, spectrum, rows and export work without it.", { message })}
      </EmptyState>
    </section>
  );
}
