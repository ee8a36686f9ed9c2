import { describe, expect, it } from "vitest";
import { ProgressiveSchedule, type Slice } from "./progressive.ts";

function drawAll(schedule: ProgressiveSchedule, total: number, msPerPoint: number): Slice[] {
  const slices: Slice[] = [];
  schedule.restart();
  for (let slice = schedule.next(total); slice; slice = schedule.next(total)) {
    schedule.record(slice, slice.count * msPerPoint);
    slices.push(slice);
  }
  return slices;
}

describe("ProgressiveSchedule", () => {
  it("draws every point exactly once, in order", () => {
    const slices = drawAll(new ProgressiveSchedule(), 1_000_003, 0.001);
    let next = 0;
    for (const { start, count } of slices) {
      expect(start).toBe(next);
      next = start + count;
    }
    expect(next).toBe(1_000_003);
  });

  it("shows the prefix at once, then at most a doubling at a time, and the end", () => {
    const slices = drawAll(new ProgressiveSchedule(), 1_000_000, 0.001);
    expect(slices[0]?.present).toBe(true);
    expect(slices.at(-1)?.present).toBe(true);
    expect(slices.filter(({ present }) => present).length).toBeLessThan(8);
  });

  it("shrinks what a slow renderer is given", () => {
    const schedule = new ProgressiveSchedule();
    const before = schedule.prefixSize;
    for (let frame = 0; frame < 5; frame++) drawAll(schedule, 1_000_000, 0.004);
    expect(schedule.prefixSize).toBeLessThan(before);
    expect(schedule.prefixSize).toBeGreaterThan(10_000);
  });

  it("grows to everything at once on a fast one", () => {
    const schedule = new ProgressiveSchedule();
    for (let frame = 0; frame < 12; frame++) drawAll(schedule, 1_000_000, 0.000_001);
    expect(drawAll(schedule, 1_000_000, 0.000_001)).toHaveLength(1);
  });

  it("goes on where it was when more points arrive", () => {
    const schedule = new ProgressiveSchedule();
    drawAll(schedule, 1000, 0.001);
    expect(schedule.next(1000)).toBeNull();
    expect(schedule.next(3000)).toEqual({ start: 1000, count: 2000, present: true });
  });
});
