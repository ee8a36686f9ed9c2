import { Button } from "@mantine/core";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { DatasetRead, RunRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import type { ScreenPoint } from "../../points/coordinates.ts";
import type { Tool } from "../../points/gestures.ts";
import { listenGestures } from "../../points/gestures.ts";
import type { SelectionMode } from "../../points/lasso.ts";
import { rasterisePolygon, selectInside } from "../../points/lasso.ts";
import type { PointMap } from "../../points/map.ts";
import { paletteTexture } from "../../points/palette.ts";
import { PointPicker } from "../../points/picker.ts";
import { clusterAnchors } from "../../points/placement.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import classes from "./explorer.module.css";
import type { ExploreView, ViewChange } from "./exploreView.ts";
import { ConstraintArcs } from "./editing/ConstraintArcs.tsx";
import type { Editing } from "./editing/useEditing.ts";
import { HoverCard } from "./HoverCard.tsx";
import { useClusterColours } from "./mapColours.ts";
import { MapLabels } from "./MapLabels.tsx";
import { MapStatus } from "./MapStatus.tsx";
import { MapToolbar } from "./MapToolbar.tsx";
import type { ShownPartition } from "./partitions.ts";
import { measureRecolour } from "./recolourTiming.ts";
import type { Selection } from "./selection.ts";
import { selectionFromMask } from "./selection.ts";
import { SelectionBar } from "./SelectionBar.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { useMapPoints, usePointMap } from "./usePointMap.ts";
import { RowMarker } from "./why/RowMarker.tsx";
import { ZoomButtons } from "./ZoomButtons.tsx";
import { t } from "../../language/language.ts";

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

/** Brings a partition to the map outside of rendering; resolves once its first frame is drawn. */
export type Painter = (shown: ShownPartition) => Promise<void>;

/** The map with everything that floats on it. */
export function MapPanel(props: MapPanelProps) {
  const { dataset, run, view, onView, shown, selection, onSelection, whyRow, onWhy, editing } =
    props;
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const colours = useClusterColours();
  const handle = usePointMap(canvas, colours);
  const { map } = handle;
  const has3d = run.layouts[view.layout]?.has_3d ?? false;
  const dims = view.dims === 3 && has3d ? 3 : 2;
  const points = useMapPoints(map, run, view.layout, dims);
  const [tool, setTool] = useState<Tool>(dims === 3 ? "pan" : "lasso");
  const [outline, setOutline] = useState<readonly ScreenPoint[] | null>(null);
  const [hovered, setHovered] = useState<{ at: ScreenPoint; index: number } | null>(null);

  useLabelColours(handle.map, shown, view, colours.palette, props.onPainter);
  useEffect(() => map?.setSelection(selection?.mask ?? null), [map, selection]);

  // Gestures outlive renders; they ask these for the state of the moment.
  const isolated = view.coloured ? view.isolated : null;
  const now = useRef({ tool, selection, shown, isolated, onSelection, onView, whyRow, onWhy });
  useEffect(() => {
    now.current = { tool, selection, shown, isolated, onSelection, onView, whyRow, onWhy };
  });
  const select = useCallback(
    (corners: readonly ScreenPoint[], { shift, alt }: { shift: boolean; alt: boolean }) => {
      if (!map) return;
      const state = now.current;
      const mask = rasterisePolygon(corners);
      const mode: SelectionMode = alt ? "subtract" : shift ? "add" : "replace";
      const selected = state.selection?.mask.slice() ?? new Uint8Array(run.n_rows);
      const labels = state.shown?.labels;
      // While a cluster is isolated the outline keeps to it.
      const allowed =
        labels && state.isolated !== null
          ? (row: number) => labels[row] === state.isolated
          : undefined;
      if (mask) selectInside(map.store, map.projection, mask, mode, selected, allowed);
      else if (mode === "replace") selected.fill(0);
      state.onSelection(selectionFromMask(selected));
    },
    [map, run.n_rows],
  );
  useEffect(() => {
    if (!map || !canvas) return;
    let last: ScreenPoint | null = null;
    const look = () => {
      const index = last ? picker.pick(last) : -1;
      setHovered(last && index >= 0 ? { at: last, index } : null);
    };
    const picker = new PointPicker(map, look);
    const stop = listenGestures(canvas, map, () => now.current.tool, {
      onOutline: setOutline,
      onSelect: select,
      onHover: (position) => {
        last = position;
        look();
      },
      onTap: (position) => {
        const index = picker.pick(position);
        const { shown: partition, isolated: current, onView: change, ...why } = now.current;
        // Once a row is explained, the next one clicked is.
        if (why.whyRow !== null && index >= 0) {
          why.onWhy(map.store.rows[index] as number);
          return;
        }
        const label = index < 0 ? undefined : partition?.labels[map.store.rows[index] as number];
        const isCluster = label !== undefined && label < (partition?.slots.length ?? 0);
        change({ sel: label === current || !isCluster ? undefined : label });
      },
    });
    return () => {
      stop();
      picker.dispose();
      setHovered(null);
    };
  }, [map, canvas, select]);

  useShortcuts({
    l: () => setTool("lasso"),
    b: () => setTool("box"),
    " ": () => setTool(tool === "pan" ? "lasso" : "pan"),
    f: () => map?.fit(),
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

  if (handle.failure) return <MapUnavailable message={handle.failure.message} />;
  return (
    <section className={classes.stage} aria-label={t("Map")}>
      <canvas ref={setCanvas} className={classes.canvas} data-tool={tool} aria-hidden="true" />
      {map && anchors && shown && view.coloured && (
        <MapLabels
          store={map.store}
          view={handle.view}
          anchors={anchors}
          shown={shown}
          isolated={isolated}
          colours={colours}
        />
      )}
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
      {outline && (
        <svg className={classes.outline} aria-hidden="true">
          <polygon points={outline.map(([x, y]) => `${x},${y}`).join(" ")} />
        </svg>
      )}
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
      />
      <ZoomButtons onZoom={(factor) => map?.zoom(factor)} onFit={() => map?.fit()} />
      {hovered && !outline && map && (
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
        <SelectionBar
          selection={selection}
          shown={shown}
          colours={colours}
          editing={editing}
          onClear={() => onSelection(null)}
        />
      )}
      <MapStatus
        progress={handle.progress}
        loading={!points.complete && !points.error}
        layout={run.layouts[view.layout]}
        dims={dims}
        contextLost={handle.contextLost}
      />
      {points.error && (
        <div className={classes.stageProblem}>
          <ProblemAlert problem={asProblem(points.error)} onRetry={points.retry} />
        </div>
      )}
    </section>
  );
}

/** Brings labels and their colours to the map, and times a re-cut's first frame. */
function useLabelColours(
  map: PointMap | null,
  shown: ShownPartition | null,
  view: ExploreView,
  palette: readonly string[],
  onPainter: (painter: Painter | null) => void,
) {
  const { coloured, isolated } = view;
  const drawn = useRef<Drawn | null>(null);
  const paint = useCallback(async (wanted: Drawn): Promise<void> => {
    const before = drawn.current;
    drawn.current = wanted;
    const same = before !== null && before.map === wanted.map && before.shown === wanted.shown;
    const sameTexture =
      same && before.palette === wanted.palette && before.isolated === wanted.isolated;
    if (same && before.coloured === wanted.coloured) {
      if (!sameTexture) wanted.map.setPalette(textureOf(wanted));
      return;
    }
    const { partition, labels } = wanted.shown;
    await wanted.map.setLabels(wanted.coloured ? labels : null, textureOf(wanted));
    if (wanted.coloured) measureRecolour(partition.n_clusters);
  }, []);

  useEffect(() => {
    if (map && shown) void paint({ map, shown, coloured, isolated, palette });
    else if (map && drawn.current?.map === map) {
      drawn.current = null;
      void map.setLabels(null, null);
    }
  }, [map, shown, coloured, isolated, palette, paint]);

  useEffect(() => {
    if (!map) return;
    onPainter((next) => paint({ map, shown: next, coloured, isolated: null, palette }));
    return () => onPainter(null);
  }, [map, coloured, palette, paint, onPainter]);
}

/** What the map was last told to draw. */
interface Drawn {
  map: PointMap;
  shown: ShownPartition;
  coloured: boolean;
  isolated: number | null;
  palette: readonly string[];
}

function textureOf({ palette, shown, isolated }: Drawn): Uint8Array {
  return paletteTexture(palette, shown.slots, isolated);
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
