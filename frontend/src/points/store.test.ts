import { describe, expect, it } from "vitest";
import { PointStore } from "./store.ts";

describe("PointStore", () => {
  it("interleaves batches and knows their box", () => {
    const store = new PointStore(3, 3);
    expect(
      store.append({
        row: Uint32Array.of(7),
        x: Uint16Array.of(65535),
        y: Uint16Array.of(0),
        z: Uint16Array.of(0),
      }),
    ).toBe(0);
    expect(
      store.append({
        row: Uint32Array.of(5, 6),
        x: Uint16Array.of(0, 0),
        y: Uint16Array.of(65535, 0),
        z: Uint16Array.of(65535, 0),
      }),
    ).toBe(1);
    expect([...store.positions]).toEqual([65535, 0, 0, 0, 0, 65535, 65535, 0, 0, 0, 0, 0]);
    expect(store.point(1)).toEqual([0, 1, 1]);
    expect(store.bounds()).toEqual({ minimum: [0, 0, 0], maximum: [1, 1, 1] });
  });

  it("brings values by row into drawn order", () => {
    const store = new PointStore(2, 2);
    store.append({ row: Uint32Array.of(1, 0), x: new Uint16Array(2), y: new Uint16Array(2) });
    const drawn = new Uint16Array(2);
    store.gather(Uint16Array.of(10, 20), drawn, 0, 2);
    expect([...drawn]).toEqual([20, 10]);
  });

  it("refuses more points than were announced", () => {
    const store = new PointStore(1, 2);
    const two = { row: new Uint32Array(2), x: new Uint16Array(2), y: new Uint16Array(2) };
    expect(() => store.append(two)).toThrow("announced with 1");
  });
});

it("boxes in the points of a selection by their table rows", () => {
  const store = new PointStore(3, 2);
  store.append({
    row: Uint32Array.from([2, 0, 1]),
    x: Uint16Array.from([0, 65535, 13107]),
    y: Uint16Array.from([65535, 13107, 26214]),
  });
  expect(store.boundsOf(Uint8Array.from([1, 1, 0]))).toEqual({
    minimum: [0.2, 0.2, 0],
    maximum: [1, 0.4, 0],
  });
  expect(store.boundsOf(new Uint8Array(3))).toBeNull();
});
