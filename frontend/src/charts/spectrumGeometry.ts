// The spectrum chart as numbers: scales, dots, gap bands. Pure; SpectrumChart.tsx draws it.

import { axisFromZero, linear } from "./ticks.ts";

export interface SpectrumFrame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export const SPECTRUM_FRAME: SpectrumFrame = {
  width: 264,
  height: 150,
  left: 44,
  right: 6,
  top: 10,
  bottom: 26,
};

export interface SpectrumDot {
  /** 1-based: the k-th smallest eigenvalue. */
  order: number;
  x: number;
  y: number;
  eigenvalue: number;
}

/** The room between eigenvalues k and k + 1; choosing it means k clusters. */
export interface GapBand {
  nClusters: number;
  /** λ(k+1) − λ(k). */
  eigengap: number;
  left: number;
  right: number;
}

export interface SpectrumGeometry {
  dots: SpectrumDot[];
  bands: GapBand[];
  ticksX: { order: number; x: number }[];
  ticksY: { value: number; label: string; y: number }[];
}

/** @param eigenvalues ascending, of the symmetric normalised Laplacian */
export function spectrumGeometry(
  eigenvalues: readonly number[],
  frame: SpectrumFrame = SPECTRUM_FRAME,
): SpectrumGeometry {
  const highest = Math.max(...eigenvalues, 1e-9);
  const axis = axisFromZero(highest);
  const x = linear([1, Math.max(eigenvalues.length, 2)], [frame.left, frame.width - frame.right]);
  const y = linear([0, axis.end], [frame.height - frame.bottom, frame.top]);
  const dots = eigenvalues.map((eigenvalue, index) => ({
    order: index + 1,
    x: x(index + 1),
    y: y(Math.max(eigenvalue, 0)),
    eigenvalue,
  }));
  const bands = dots.slice(0, -1).map((dot, index) => {
    const next = dots[index + 1] as SpectrumDot;
    return {
      nClusters: dot.order,
      eigengap: next.eigenvalue - dot.eigenvalue,
      left: dot.x,
      right: next.x,
    };
  });
  const ticksY = axis.ticks.map(({ value, label }) => ({ value, label, y: y(value) }));
  return {
    dots,
    bands,
    ticksX: axisOrders(eigenvalues.length).map((order) => ({ order, x: x(order) })),
    ticksY,
  };
}

/** Whole numbers to write under the axis: 1, the last, and a few even steps between. */
export function axisOrders(count: number): number[] {
  if (count < 1) return [];
  const step = [1, 2, 5, 10, 20].find((candidate) => count / candidate <= 6) ?? 20;
  const orders = new Set([1]);
  for (let order = step === 1 ? 2 : step; order <= count; order += step) orders.add(order);
  return [...orders];
}

/** Number of clusters of the band at `x` (chart units), or null outside all of them. */
export function bandAt(bands: readonly GapBand[], x: number): GapBand | null {
  return bands.find((band) => x >= band.left && x < band.right) ?? null;
}

/** An eigenvalue or gap with as many digits as tell gaps apart. */
export function formatEigenvalue(value: number): string {
  if (value === 0 || Math.abs(value) < 5e-7) return "0";
  return Math.abs(value) >= 0.001 ? value.toFixed(3) : value.toExponential(1);
}
