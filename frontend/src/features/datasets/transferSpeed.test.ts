import { expect, it } from "vitest";
import { type TransferSample, transferSpeed, withSample } from "./transferSpeed.ts";

it("knows no speed from one moment", () => {
  expect(transferSpeed([])).toBeNull();
  expect(transferSpeed([{ time: 5, bytes: 0 }])).toBeNull();
  expect(
    transferSpeed([
      { time: 5, bytes: 0 },
      { time: 5, bytes: 9 },
    ]),
  ).toBeNull();
});

it("is the bytes a second of the last three seconds only", () => {
  let samples: TransferSample[] = [];
  // A slow start of 1 kB/s, then 5 kB/s.
  for (let second = 0; second <= 10; second++) {
    const bytes = second <= 5 ? second * 1_000 : 5_000 + (second - 5) * 5_000;
    samples = withSample(samples, { time: second * 1_000, bytes });
  }
  expect(transferSpeed(samples)).toBe(5_000);
  expect(samples.length).toBeLessThanOrEqual(4);
});

it("keeps the last sample across a pause longer than the window", () => {
  const samples = withSample([{ time: 0, bytes: 100 }], { time: 10_000, bytes: 200 });
  expect(transferSpeed(samples)).toBe(10);
});
