import { expect, it } from "vitest";
import {
  formatAbout,
  formatAgo,
  formatBytes,
  formatCount,
  formatOrdinal,
  formatPercent,
  formatProgress,
  formatSeconds,
  formatStatistic,
} from "./numbers.ts";

it("groups the digits of counts", () => {
  expect(formatCount(1_048_576)).toBe("1,048,576");
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_500, "1.5 kB"],
  [999_960, "1.0 MB"],
  [123_456_789, "123 MB"],
  [1_073_741_824, "1.1 GB"],
])("writes %d bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it.each([
  [0, "0.0 s"],
  [9.94, "9.9 s"],
  [12.4, "12 s"],
  [65, "1 min 05 s"],
  [3_725, "1 h 02 min"],
])("writes %d seconds as %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

it.each([
  [0, "1 s"],
  [40, "40 s"],
  [90, "2 min"],
  [5_400, "2 h"],
])("guesses %d seconds as %s", (seconds, text) => expect(formatAbout(seconds)).toBe(text));

it.each([
  [1, "1st"],
  [2, "2nd"],
  [3, "3rd"],
  [11, "11th"],
  [22, "22nd"],
])("places %d as %s", (place, text) => expect(formatOrdinal(place)).toBe(text));

it("rounds a share", () => {
  expect(formatPercent(10 / 59)).toBe("17 %");
  expect(formatPercent(0.29)).toBe("29 %");
});

it("never rounds progress up to done", () => {
  expect(formatProgress(0.999)).toBe("99 %");
  expect(formatProgress(1)).toBe("100 %");
  expect(formatProgress(0.29)).toBe("29 %");
});

it("writes statistics with four digits and exponents only where they help", () => {
  expect(formatStatistic(43.92193)).toBe("43.92");
  expect(formatStatistic(6_300)).toBe("6,300");
  expect(formatStatistic(0.000_012_3)).toBe("1.23e-5");
  expect(formatStatistic(12_345_678.9)).toBe("1.23e+7");
  expect(formatStatistic(0)).toBe("0");
});

it("says how long ago in the largest fitting unit", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  expect(formatAgo("2026-03-01T11:59:30Z", now)).toBe("just now");
  expect(formatAgo("2026-03-01T11:55:00Z", now)).toBe("5 minutes ago");
  expect(formatAgo("2026-02-28T12:00:00Z", now)).toBe("yesterday");
  expect(formatAgo("2024-03-01T12:00:00Z", now)).toBe("2 years ago");
});
