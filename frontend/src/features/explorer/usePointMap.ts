// The bridge between React and the map: creates it on a canvas, feeds it the points of a run, disposes it.

import { useEffect, useMemo, useRef, useState } from "react";
import { createStore, type StoreApi } from "zustand";
import { streamArrow } from "../../api/arrow.ts";
import type { RunRead } from "../../api/contract.ts";
import type { Projection, Viewport } from "../../points/coordinates.ts";
import { PointMap } from "../../points/map.ts";
import type { PointBatch } from "../../points/store.ts";
import type { ClusterColours } from "./mapColours.ts";

export interface MapView {
  projection: Projection;
  viewport: Viewport;
}

export interface DrawProgress {
  drawn: number;
  total: number;
}

export interface MapHandle {
  map: PointMap | null;
  /** Change with every frame of a movement; only what shows them listens. */
  view: StoreApi<MapView | null>;
  progress: StoreApi<DrawProgress>;
  /** The browser took the graphics context away and has not given it back yet. */
  contextLost: boolean;
  /** Why there is no map at all. */
  failure: Error | null;
}

/** A map on the canvas, resized with it. Pass the returned ref callback's element as `canvas`. */
export function usePointMap(canvas: HTMLCanvasElement | null, colours: ClusterColours): MapHandle {
  const [map, setMap] = useState<PointMap | null>(null);
  const [view] = useState(() => createStore<MapView | null>(() => null));
  const [progress] = useState(() => createStore<DrawProgress>(() => ({ drawn: 0, total: 0 })));
  const [contextLost, setContextLost] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);

  useEffect(() => {
    if (!canvas) return;
    let created: PointMap;
    try {
      created = new PointMap(canvas, colours.map, {
        onView: (projection, viewport) => view.setState({ projection, viewport }),
        onProgress: (drawn, total) => progress.setState({ drawn, total }),
        onContextLost: () => setContextLost(true),
        onContextRestored: () => setContextLost(false),
      });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = canvas;
      if (width > 0 && height > 0) created.resize({ width, height }, window.devicePixelRatio || 1);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(canvas);
    measure();
    setMap(created);
    return () => {
      observer.disconnect();
      created.dispose();
      setMap(null);
    };
    // The colours follow in the effect below; a change of theme must not rebuild the map.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [canvas]);

  useEffect(() => map?.setColours(colours.map), [map, colours]);

  return { map, view, progress, contextLost, failure };
}

export interface PointsState {
  /** Grows when points have arrived and when all are there; 0 before the first. */
  arrived: number;
  complete: boolean;
  error: Error | null;
  retry: () => void;
}

/** Of larger tables the map shows a sample: the first points, since they come in a fixed shuffle. */
export const MOST_POINTS = 2_000_000;

const NOTHING: Omit<PointsState, "retry"> = { arrived: 0, complete: false, error: null };

/**
 * Streams the points of a layout into the map; they are drawn as they come, or become the layout before.
 * `place` (optional) moves each batch to places of its own.
 */
export function useMapPoints(
  map: PointMap | null,
  run: RunRead,
  layout: string,
  dims: 2 | 3,
  place: ((batch: PointBatch) => PointBatch) | null = null,
): PointsState {
  const { id: runId, dataset_id: datasetId } = run;
  // The table whose points the map has.
  const drawnOf = useRef<number | null>(null);
  const total = Math.min(run.n_rows, MOST_POINTS);
  const limit = total < run.n_rows ? `&limit=${total}` : "";
  const [attempt, setAttempt] = useState(0);
  // What is asked for, as one object; a new one starts the stream anew.
  const request = useMemo(
    () => ({
      path: `/api/v1/runs/${runId}/points?layout=${layout}&dimensions=${dims}${limit}`,
      total,
      dims,
      attempt,
      place,
      datasetId,
    }),
    [datasetId, runId, layout, dims, limit, total, attempt, place],
  );
  const [state, setState] = useState({ of: request, ...NOTHING });

  useEffect(() => {
    if (!map) return;
    const controller = new AbortController();
    const { path } = request;
    let arrived = 0;
    map.start(request.total, request.dims, drawnOf.current === request.datasetId);
    drawnOf.current = request.datasetId;
    streamArrow({ path, signal: controller.signal }, ({ columns, rows }) => {
      const { row, x, y, z } = columns as unknown as PointBatch;
      const batch = { row, x, y, z };
      map.append(request.place ? request.place(batch) : batch);
      arrived += rows;
      setState({ ...NOTHING, of: request, arrived });
    }).then(
      () => setState({ of: request, arrived, complete: true, error: null }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const reason = error instanceof Error ? error : new Error(String(error));
        setState({ ...NOTHING, of: request, error: reason });
      },
    );
    return () => controller.abort();
  }, [map, request]);

  const { arrived, complete, error } = state.of === request ? state : NOTHING;
  return { arrived, complete, error, retry: () => setAttempt((before) => before + 1) };
}
