// Pointer, wheel and pinch on the canvas, turned into camera moves, outlines and hover positions.

import type { ScreenPoint } from "./coordinates.ts";
import { boxOutline } from "./lasso.ts";
import type { PointMap } from "./map.ts";

export type Tool = "lasso" | "box" | "brush" | "pan";

export interface GestureEvents {
  /** The outline being drawn, or the way of the brush, or null when it ended. */
  onOutline: (outline: readonly ScreenPoint[] | null, tool: Tool) => void;
  /** What was drawn by which tool, with the modifier keys held. */
  onSelect: (
    way: readonly ScreenPoint[],
    tool: Tool,
    modifiers: { shift: boolean; alt: boolean },
  ) => void;
  /** Where the cursor rests on the map, or null when it left. */
  onHover: (position: ScreenPoint | null) => void;
  /** A press without a drag. */
  onTap: (position: ScreenPoint) => void;
}

/** Shorter drags are taps, CSS pixels. */
const DRAG_THRESHOLD = 4;
/** Distance between kept lasso corners, CSS pixels. */
const CORNER_SPACING = 3;

interface Drag {
  id: number;
  start: ScreenPoint;
  last: ScreenPoint;
  outline: ScreenPoint[];
  tool: Tool;
  moved: boolean;
  /** Shift, right or middle button: pan where the tool would turn or draw. */
  panning: boolean;
}

function suppress(event: Event): void {
  event.preventDefault();
}

/** Listen on `element` until the returned function is called. `tool` is asked at every press. */
export function listenGestures(
  element: HTMLElement,
  map: PointMap,
  tool: () => Tool,
  events: GestureEvents,
): () => void {
  const pointers = new Map<number, ScreenPoint>();
  let drag: Drag | null = null;

  const at = (event: MouseEvent): ScreenPoint => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const down = (event: PointerEvent) => {
    const position = at(event);
    pointers.set(event.pointerId, position);
    element.setPointerCapture(event.pointerId);
    events.onHover(null);
    if (pointers.size > 1) {
      drag = null; // A second finger turns the drag into a pinch.
      events.onOutline(null, "pan");
      return;
    }
    const panning = event.button !== 0;
    drag = {
      id: event.pointerId,
      start: position,
      last: position,
      outline: [position],
      tool: panning ? "pan" : tool(),
      moved: false,
      panning: panning || event.shiftKey,
    };
  };

  const move = (event: PointerEvent) => {
    const position = at(event);
    if (pointers.size === 2 && pointers.has(event.pointerId)) {
      pinch(map, pointers, event.pointerId, position);
      return;
    }
    if (!drag) {
      if (event.pointerType !== "touch") events.onHover(position);
      return;
    }
    if (event.pointerId !== drag.id) return;
    if (!drag.moved && distance(drag.start, position) < DRAG_THRESHOLD) return;
    drag.moved = true;
    follow(drag, position);
    pointers.set(event.pointerId, position);
  };

  const follow = (active: Drag, position: ScreenPoint) => {
    if (active.tool === "pan") {
      const [dx, dy] = [position[0] - active.last[0], position[1] - active.last[1]];
      if (active.panning) map.pan(dx, dy);
      else map.turn(dx, dy);
    } else if (active.tool === "box") {
      active.outline = boxOutline(active.start, position);
      events.onOutline(active.outline, active.tool);
    } else if (
      distance(active.outline[active.outline.length - 1] as ScreenPoint, position) >= CORNER_SPACING
    ) {
      active.outline = [...active.outline, position];
      events.onOutline(active.outline, active.tool);
    }
    active.last = position;
  };

  const up = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    const ended = drag;
    if (!ended || ended.id !== event.pointerId) return;
    drag = null;
    events.onOutline(null, ended.tool);
    if (event.type === "pointercancel") return;
    if (!ended.moved) events.onTap(ended.start);
    else if (ended.tool !== "pan") {
      const { outline, tool: drawnBy } = ended;
      events.onSelect(outline, drawnBy, { shift: event.shiftKey, alt: event.altKey });
    }
  };

  const leave = () => events.onHover(null);

  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    // Lines and pages are turned into pixels; a mouse notch is about 100 of them.
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0015; // A trackpad pinch comes as small wheel steps with Ctrl.
    map.zoom(Math.exp(-Math.max(-600, Math.min(600, event.deltaY * unit)) * speed), at(event));
  };

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("contextmenu", suppress);
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("pointerleave", leave);
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("contextmenu", suppress);
  };
}

function distance(a: ScreenPoint, b: ScreenPoint): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function pinch(
  map: PointMap,
  pointers: Map<number, ScreenPoint>,
  id: number,
  position: ScreenPoint,
): void {
  const other = [...pointers].find(([pointer]) => pointer !== id)?.[1];
  const before = pointers.get(id);
  if (!other || !before) return;
  pointers.set(id, position);
  const middle: ScreenPoint = [(position[0] + other[0]) / 2, (position[1] + other[1]) / 2];
  const was = distance(before, other);
  if (was > 0) map.zoom(distance(position, other) / was, middle);
  map.pan((position[0] - before[0]) / 2, (position[1] - before[1]) / 2);
}
