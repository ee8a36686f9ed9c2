import { describe, expect, it } from "vitest";
import type { Projection } from "./coordinates.ts";
import { HoverIndex } from "./hover.ts";
import { PointStore } from "./store.ts";

const PROJECTION: Projection = { x: [800, 0, 0, 10], y: [0, -600, 0, 600], depth: [0, 0, 0, 0] };

function randomStore(count: number): PointStore {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
  const store = new PointStore(count, 2);
  store.append({
    row: Uint32Array.from({ length: count }, (_, row) => row),
    x: Uint16Array.from({ length: count }, next),
    y: Uint16Array.from({ length: count }, next),
  });
  return store;
}

function build(store: PointStore): HoverIndex {
  const steps = HoverIndex.build(store, PROJECTION);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function nearestBySearch(store: PointStore, x: number, y: number, radius: number): number {
  let best = -1;
  let least = radius;
  for (let i = 0; i < store.count; i++) {
    const [dataX, dataY] = store.point(i);
    const distance = Math.hypot(dataX * 800 + 10 - x, 600 - dataY * 600 - y);
    if (distance < least) {
      best = i;
      least = distance;
    }
  }
  return best;
}

describe("HoverIndex", () => {
  it("finds the same point as looking at all of them", () => {
    const store = randomStore(3000);
    const index = build(store);
    for (let probe = 0; probe < 200; probe++) {
      const [x, y] = [(probe * 47) % 830, (probe * 31) % 610];
      expect(index.nearest(x, y, 12)).toBe(nearestBySearch(store, x, y, 12));
    }
  });

  it("finds nothing where nothing is near", () => {
    const index = build(randomStore(5));
    expect(index.nearest(-500, -500, 10)).toBe(-1);
  });

  it("passes over points that are not accepted", () => {
    const store = randomStore(50);
    const index = build(store);
    const first = index.nearest(400, 300, 400);
    const second = index.nearest(400, 300, 400, (candidate) => candidate !== first);
    expect(second).not.toBe(first);
    expect(second).toBeGreaterThanOrEqual(0);
  });

  it("builds over no points at all", () => {
    expect(build(new PointStore(0, 2)).nearest(1, 1, 10)).toBe(-1);
  });
});
