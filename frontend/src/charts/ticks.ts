// Round numbers for axes, and a linear scale. Small enough to write; a scale library would cost 20 kB.

/** Steps 1, 2, 5, 10, … so that about `count` of them fill `span`. */
export function roundStep(span: number, count: number): number {
  const raw = span / Math.max(count, 1);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => raw <= candidate * magnitude * 1.0000001) ?? 10;
  return factor * magnitude;
}

export interface Axis {
  ticks: { value: number; label: string }[];
  /** The last tick, at or above the largest value. */
  end: number;
}

/** Ticks from 0 to the first round number at or above `highest`, which must be positive. */
export function axisFromZero(highest: number, count = 4): Axis {
  const step = roundStep(highest, count);
  const steps = Math.ceil(highest / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const write = (value: number) => (digits > 4 ? value.toExponential(0) : value.toFixed(digits));
  const ticks = Array.from({ length: steps + 1 }, (_, index) => {
    const value = index * step;
    return { value, label: index === 0 ? "0" : write(value) };
  });
  return { ticks, end: steps * step };
}

/** The linear map that takes `domain` to `range`. */
export function linear(
  domain: readonly [number, number],
  range: readonly [number, number],
): (value: number) => number {
  const slope = (range[1] - range[0]) / (domain[1] - domain[0] || 1);
  return (value) => range[0] + (value - domain[0]) * slope;
}
