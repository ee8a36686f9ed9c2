// The map: owns a canvas, its points, colours, selection and camera, and draws them progressively.
// It is plain TypeScript outside React; a component creates it, feeds it and disposes it.

import { type Camera, fitted, panned, projectionOf, turned, zoomed } from "./camera.ts";
import type { Bounds, Projection, ScreenPoint, Viewport } from "./coordinates.ts";
import { clipMatrix } from "./coordinates.ts";
import { pointLook } from "./density.ts";
import type { DrawStyle } from "./layer.ts";
import { PointLayer } from "./layer.ts";
import { Morph, wantsMotion } from "./morph.ts";
import type { Rgb } from "./palette.ts";
import type { Slice } from "./progressive.ts";
import { ProgressiveSchedule } from "./progressive.ts";
import type { PointBatch } from "./store.ts";
import { PointStore } from "./store.ts";

export interface MapColours {
  background: Rgb;
  /** Points that are only context. */
  context: Rgb;
}

export interface MapEvents {
  /** The camera moved or the canvas changed its size. */
  onView?: (projection: Projection, viewport: Viewport) => void;
  /** Points drawn so far of all announced. */
  onProgress?: (drawn: number, total: number) => void;
  onContextLost?: () => void;
  onContextRestored?: () => void;
}

/** How long after the last movement the picture is completed, milliseconds. */
const REST_MS = 140;
/** Between looks at a slice in flight, milliseconds. */
const POLL_MS = 4;

export class PointMap {
  store = new PointStore(0, 2);
  camera: Camera = { kind: "2d", centerX: 0.5, centerY: 0.5, scale: 400 };
  viewport: Viewport = { width: 1, height: 1 };

  private readonly layer: PointLayer;
  private readonly schedule = new ProgressiveSchedule();
  private labels: Uint16Array | null = null;
  private drawnLabels = new Uint16Array(0);
  private selected: Uint8Array | null = null;
  private drawnSelection = new Uint8Array(0);
  private palette: Uint8Array | null = null;
  private frame = 0;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private pollTimer: ReturnType<typeof setTimeout> | undefined;
  private dirty = true;
  private moving = false;
  private touched = false;
  private pixelRatio = 1;
  private occupied = 0;
  private inFlight: { done: () => boolean; slice: Slice | null; since: number } | null = null;
  /** A layout on its way that the one shown will become. */
  private incoming: PointStore | null = null;
  private morph: Morph | null = null;
  private firstFrameWaiters: (() => void)[] = [];
  private waitingForFence: (() => void)[] = [];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private colours: MapColours,
    private readonly events: MapEvents = {},
  ) {
    this.layer = new PointLayer(canvas);
    canvas.addEventListener("webglcontextlost", this.handleLost);
    canvas.addEventListener("webglcontextrestored", this.handleRestored);
  }

  // Data ---------------------------------------------------------------------------------------------------

  /**
   * Begin a layout of `capacity` points. A complete one of the same rows stays until all have arrived, and then
   * becomes it: drawn order is the same in all layouts of a table. Any other disappears with its camera.
   */
  start(capacity: number, dimensions: 2 | 3, sameRows: boolean): void {
    const { store } = this;
    this.incoming = null;
    const isWhole = store.count === capacity && capacity > 0;
    if (sameRows && isWhole && store.dimensions === dimensions) {
      this.incoming = new PointStore(capacity, dimensions);
      return;
    }
    this.morph = null;
    this.store = new PointStore(capacity, dimensions);
    this.drawnLabels = new Uint16Array(capacity);
    this.drawnSelection = new Uint8Array(capacity);
    this.touched = false;
    this.layer.allocate(capacity, dimensions);
    this.fit();
  }

  append(batch: PointBatch): void {
    if (this.incoming) {
      this.incoming.append(batch);
      if (this.incoming.count === this.incoming.capacity) this.become(this.incoming);
      return;
    }
    const from = this.store.append(batch);
    const { count, stride } = this.store;
    this.layer.writePositions(
      this.store.positions.subarray(from * stride, count * stride),
      from * stride,
    );
    if (this.labels) this.uploadLabels(from, count);
    if (this.selected) this.uploadSelection(from, count);
    if (!this.touched) this.fit();
    // Without a camera change a batch only adds to the picture; it needs no restart.
    this.request();
  }

  private become(next: PointStore): void {
    this.incoming = null;
    const { camera, store } = this;
    const sameRows = next.rows.every((row, index) => row === store.rows[index]);
    this.store = next;
    this.touched = false;
    this.fit();
    if (sameRows && wantsMotion()) {
      this.layer.beginMorph(next.positions, next.dimensions);
      this.morph = new Morph(camera, this.camera);
      this.moving = true;
    } else {
      this.layer.writePositions(next.positions, 0);
    }
    // Labels and selection are kept by row, and rows may come in another order.
    this.uploadLabels(0, next.count);
    this.uploadSelection(0, next.count);
    this.redraw();
  }

  /** Give every table row its label. Resolves when the first frame in the new colours has been drawn. */
  setLabels(labels: Uint16Array | null, palette: Uint8Array | null): Promise<void> {
    this.labels = labels;
    this.palette = palette;
    if (palette) this.layer.setPalette(palette);
    if (labels) this.uploadLabels(0, this.store.count);
    return this.redrawn();
  }

  /** New colours for the labels at hand (theme, isolation): the texture alone changes. */
  setPalette(palette: Uint8Array): void {
    this.palette = palette;
    this.layer.setPalette(palette);
    this.redraw();
  }

  setColours(colours: MapColours): void {
    this.colours = colours;
    this.redraw();
  }

  /** Show the selection: one byte per table row, or null when nothing is selected. */
  setSelection(selected: Uint8Array | null): void {
    this.selected = selected;
    if (selected) this.uploadSelection(0, this.store.count);
    this.redraw();
  }

  private uploadLabels(from: number, to: number): void {
    if (!this.labels) return;
    this.store.gather(this.labels, this.drawnLabels, from, to);
    this.layer.writeLabels(this.drawnLabels.subarray(from, to), from);
  }

  private uploadSelection(from: number, to: number): void {
    if (!this.selected) return;
    this.store.gather(this.selected, this.drawnSelection, from, to);
    this.layer.writeSelection(this.drawnSelection.subarray(from, to), from);
  }

  // Camera -------------------------------------------------------------------------------------------------

  get projection(): Projection {
    return projectionOf(this.camera, this.viewport);
  }

  /** Show everything. */
  fit(): void {
    this.camera = this.fittedTo(this.store.bounds());
    this.viewChanged();
  }

  private fittedTo(bounds: Bounds): Camera {
    return fitted(this.camera, this.store.dimensions, bounds, this.viewport, this.occupied);
  }

  /** Keep the left `pixels` free of points when everything is shown: something floats there. */
  setOccupied(pixels: number): void {
    if (pixels === this.occupied) return;
    this.occupied = pixels;
    if (!this.touched) this.fit();
  }

  /** Show the points of the selection, or everything when nothing is selected. */
  fitSelection(): void {
    const bounds = this.selected && this.store.boundsOf(this.selected);
    if (!bounds) {
      this.fit();
      return;
    }
    this.camera = this.fittedTo(bounds);
    this.moved();
  }

  pan(dx: number, dy: number): void {
    this.camera = panned(this.camera, dx, dy);
    this.moved();
  }

  /** Turn a 3-D map; a flat one pans instead. */
  turn(dx: number, dy: number): void {
    this.camera = turned(this.camera, this.viewport, dx, dy);
    this.moved();
  }

  zoom(
    factor: number,
    anchor: ScreenPoint = [this.viewport.width / 2, this.viewport.height / 2],
  ): void {
    this.camera = zoomed(this.camera, this.viewport, factor, anchor);
    this.moved();
  }

  resize(viewport: Viewport, pixelRatio: number): void {
    this.viewport = viewport;
    this.pixelRatio = pixelRatio;
    const device = (length: number) => Math.max(1, Math.round(length * pixelRatio));
    this.layer.resize(device(viewport.width), device(viewport.height));
    if (!this.touched) this.fit();
    else this.viewChanged();
  }

  private moved(): void {
    this.touched = true;
    this.endMorph();
    this.moving = true;
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.moving = false;
      this.request();
    }, REST_MS);
    this.viewChanged();
  }

  private viewChanged(): void {
    this.events.onView?.(this.projection, this.viewport);
    this.redraw();
  }

  private endMorph(): void {
    if (!this.morph) return;
    this.morph = null;
    this.layer.endMorph();
    this.moving = false;
  }

  // Drawing ------------------------------------------------------------------------------------------------

  /** Draw the picture anew and resolve once its first frame has been carried out by the GPU. */
  redrawn(): Promise<void> {
    const drawn = new Promise<void>((resolve) => this.firstFrameWaiters.push(resolve));
    this.redraw();
    if (!this.inFlight) {
      // Nothing is being drawn, so the GPU may begin before the next frame is due.
      cancelAnimationFrame(this.frame);
      this.tick();
    }
    return drawn;
  }

  private redraw(): void {
    this.dirty = true;
    this.request();
  }

  private request(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(this.tick);
  }

  /** Look for the end of a slice between frames: waiting for the next frame would add its length each time. */
  private poll(): void {
    clearTimeout(this.pollTimer);
    this.pollTimer = setTimeout(() => {
      if (this.inFlight && !this.layer.lost && !this.collect()) this.poll();
    }, POLL_MS);
  }

  private readonly tick = (): void => {
    this.frame = 0;
    if (this.layer.lost) return;
    if (this.inFlight && !this.collect()) {
      this.request();
      return;
    }
    const share = this.morph?.share(performance.now()) ?? 1;
    if (this.morph) {
      this.camera = this.morph.camera(share);
      this.dirty = true;
      if (share === 1) this.endMorph();
      this.events.onView?.(this.projection, this.viewport);
    }
    if (this.dirty) {
      this.dirty = false;
      this.schedule.restart();
      this.layer.begin();
      this.waitingForFence = this.firstFrameWaiters;
      this.firstFrameWaiters = [];
    } else if (this.moving) {
      return;
    }
    const style = this.style(share);
    const slice = this.schedule.next(this.store.count);
    if (slice) this.layer.drawSlice(style, slice.start, slice.count);
    const drawn = this.schedule.drawn;
    if (!slice || slice.present) {
      this.layer.present(style, drawn > 0 ? Math.max(1, this.store.capacity / drawn) : 1);
      this.events.onProgress?.(drawn, this.store.capacity);
    }
    if (slice || this.waitingForFence.length > 0) {
      this.inFlight = { done: this.layer.fence(), slice, since: performance.now() };
      this.request();
      this.poll();
    }
    if (this.morph) this.request();
  };

  /** A picture of the whole map as it is now, in device pixels. */
  picture(): HTMLCanvasElement {
    const style = this.style(1);
    this.layer.begin();
    if (this.store.count > 0) this.layer.drawSlice(style, 0, this.store.count);
    this.layer.present(style, 1);
    const copy = document.createElement("canvas");
    copy.width = this.canvas.width;
    copy.height = this.canvas.height;
    // Within this task: the browser clears the drawing once it has shown it.
    copy.getContext("2d")?.drawImage(this.canvas, 0, 0);
    this.redraw();
    return copy;
  }

  /** Learn from the slice in flight; false while the GPU is still at it. */
  private collect(): boolean {
    if (!this.inFlight) return true;
    const { done, slice, since } = this.inFlight;
    if (!done()) return false;
    if (slice) this.schedule.record(slice, performance.now() - since);
    this.inFlight = null;
    for (const resolve of this.waitingForFence.splice(0)) resolve();
    return true;
  }

  private style(share: number): DrawStyle {
    const look = pointLook(
      this.store.capacity,
      this.store.bounds(),
      this.projection,
      this.viewport,
    );
    return {
      view: clipMatrix(this.projection, this.viewport),
      pointSize: look.size * this.pixelRatio,
      alpha: look.alpha,
      depthCue: this.camera.kind === "3d" ? 0.4 : 0,
      share,
      labelled: this.labels !== null,
      hasSelection: this.selected !== null,
      ...this.colours,
    };
  }

  // Life -----------------------------------------------------------------------------------------------------

  private readonly handleLost = (event: Event): void => {
    event.preventDefault(); // Without it the browser never gives the context back.
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.inFlight = null;
    this.morph = null;
    this.events.onContextLost?.();
  };

  private readonly handleRestored = (): void => {
    this.layer.restore();
    this.moving = false;
    const { capacity, dimensions, positions, count, stride } = this.store;
    this.layer.allocate(capacity, dimensions);
    this.layer.writePositions(positions.subarray(0, count * stride), 0);
    if (this.palette) this.layer.setPalette(this.palette);
    this.uploadLabels(0, count);
    this.uploadSelection(0, count);
    this.events.onContextRestored?.();
    this.redraw();
  };

  dispose(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.restTimer);
    clearTimeout(this.pollTimer);
    this.canvas.removeEventListener("webglcontextlost", this.handleLost);
    this.canvas.removeEventListener("webglcontextrestored", this.handleRestored);
    for (const resolve of [...this.firstFrameWaiters, ...this.waitingForFence]) resolve();
    this.layer.dispose();
  }
}
