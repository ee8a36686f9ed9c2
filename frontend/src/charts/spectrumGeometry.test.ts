import { describe, expect, it } from "vitest";
import {
  axisOrders,
  bandAt,
  formatEigenvalue,
  SPECTRUM_FRAME,
  spectrumGeometry,
} from "./spectrumGeometry.ts";
import { axisFromZero } from "./ticks.ts";

const EIGENVALUES = [0, 0.01, 0.02, 0.3, 0.31];

describe("spectrumGeometry", () => {
  const geometry = spectrumGeometry(EIGENVALUES);

  it("puts a band between each eigenvalue and the next, named by the clusters it means", () => {
    expect(geometry.bands.map(({ nClusters }) => nClusters)).toEqual([1, 2, 3, 4]);
    expect(geometry.bands[2]?.eigengap).toBeCloseTo(0.28);
    geometry.bands.forEach((band, index) => {
      expect(band.left).toBe(geometry.dots[index]?.x);
      expect(band.right).toBe(geometry.dots[index + 1]?.x);
    });
  });

  it("draws larger eigenvalues higher, inside the frame", () => {
    geometry.dots.forEach(({ y }, index) => {
      expect(y).toBeGreaterThanOrEqual(SPECTRUM_FRAME.top);
      expect(y).toBeLessThanOrEqual(SPECTRUM_FRAME.height - SPECTRUM_FRAME.bottom);
      if (index > 0) expect(y).toBeLessThan(geometry.dots[index - 1]?.y ?? 0);
    });
  });

  it("finds the band under the pointer and none outside", () => {
    const third = geometry.bands[2];
    if (!third) throw new Error("there are four bands");
    expect(bandAt(geometry.bands, (third.left + third.right) / 2)?.nClusters).toBe(3);
    expect(bandAt(geometry.bands, 0)).toBeNull();
  });

  it("survives one eigenvalue and equal ones", () => {
    expect(spectrumGeometry([0]).bands).toEqual([]);
    for (const { y } of spectrumGeometry([0, 0, 0]).dots) expect(Number.isFinite(y)).toBe(true);
  });
});

describe("axes", () => {
  it("count clusters in whole steps from 1", () => {
    expect(axisOrders(5)).toEqual([1, 2, 3, 4, 5]);
    expect(axisOrders(21)).toEqual([1, 5, 10, 15, 20]);
    expect(axisOrders(0)).toEqual([]);
  });

  it("end at a round number at or above the largest value", () => {
    expect(axisFromZero(0.197).ticks.map(({ label }) => label)).toEqual([
      "0",
      "0.05",
      "0.10",
      "0.15",
      "0.20",
    ]);
    expect(axisFromZero(0.31).end).toBeGreaterThanOrEqual(0.31);
    expect(axisFromZero(2).ticks.at(-1)?.label).toBe("2.0");
  });
});

describe("formatEigenvalue", () => {
  it("tells tiny gaps from none", () => {
    expect(formatEigenvalue(0)).toBe("0");
    expect(formatEigenvalue(0.1184)).toBe("0.118");
    expect(formatEigenvalue(0.00004)).toBe("4.0e-5");
  });
});
