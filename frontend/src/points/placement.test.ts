import { describe, expect, it } from "vitest";
import type { Projection } from "./coordinates.ts";
import { clusterAnchors, type LabelBox, nameAnchor, placeLabels } from "./placement.ts";
import { PointStore } from "./store.ts";

const VIEWPORT = { width: 400, height: 300 };
const box = (x: number, y: number): LabelBox => ({ anchor: [x, y], width: 80, height: 30 });

describe("placeLabels", () => {
  it("lets no two names overlap", () => {
    const boxes = Array.from({ length: 12 }, (_, i) => box(100 + 15 * i, 120 + 6 * (i % 3)));
    const placed = placeLabels(boxes, VIEWPORT).filter((place) => place !== null);
    expect(placed.length).toBeGreaterThan(2);
    placed.forEach((a, i) => {
      placed.slice(i + 1).forEach((b) => {
        expect(Math.abs(a[0] - b[0]) >= 80 || Math.abs(a[1] - b[1]) >= 30).toBe(true);
      });
    });
  });

  it("gives the first its own place and moves the next beside it", () => {
    const [first, second] = placeLabels([box(200, 150), box(205, 152)], VIEWPORT);
    expect(first).toEqual([200, 150]);
    expect(second).not.toBeNull();
    expect(second).not.toEqual([205, 152]);
  });

  it("leaves out what lies outside the map", () => {
    expect(placeLabels([box(-5, 100), box(100, 500)], VIEWPORT)).toEqual([null, null]);
  });
});

describe("clusterAnchors", () => {
  /** A crescent: its mean lies outside of it. */
  const angles = Array.from({ length: 60 }, (_, i) => (Math.PI * i) / 59);
  const store = new PointStore(60, 2);
  store.append({
    row: Uint32Array.from(angles, (_, i) => i),
    x: Uint16Array.from(angles, (a) => 30000 + 20000 * Math.cos(a)),
    y: Uint16Array.from(angles, (a) => 20000 + 20000 * Math.sin(a)),
  });
  const projection: Projection = { x: [400, 0, 0, 0], y: [0, -300, 0, 300], depth: [0, 0, 0, 0] };

  it("anchors a crescent on one of its own points, near its top", () => {
    const [anchor] = clusterAnchors(store, new Uint16Array(60), 1);
    if (!anchor) throw new Error("the cluster has members");
    expect(anchor.medoid).toBeGreaterThan(15);
    expect(anchor.medoid).toBeLessThan(45);
    const heights = anchor.members.map((index) => 300 - 300 * store.point(index)[1]);
    const [, crown] = nameAnchor(store, projection, anchor);
    expect(heights.filter((y) => y < crown).length).toBeLessThanOrEqual(4);
  });

  it("has no anchor for a label without points", () => {
    expect(clusterAnchors(store, new Uint16Array(60), 3).slice(1)).toEqual([null, null]);
  });
});
