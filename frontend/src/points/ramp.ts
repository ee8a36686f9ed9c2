// The sequential ramp: numbers as colours whose lightness runs evenly from one end to the other.

import type { Rgb } from "./palette.ts";
import { MEMBER, PALETTE_SIDE, parseHex, toCss } from "./palette.ts";

/** Steps of the ramp; more can't be told apart, and each is one entry of the palette texture. */
export const RAMP_STEPS = 256;
/** Code of a row without a value: outside the texture, so that the map draws it as grey context. */
export const MISSING_CODE = 65535;

type Lab = readonly [lightness: number, a: number, b: number];

/**
 * Colours of the ramp, from the lowest value to the highest: through `anchors`, mixed in OKLab (Ottosson 2020),
 * where equal steps look equal.
 */
export function sequentialRamp(anchors: readonly string[]): Rgb[] {
  const labs = anchors.map((hex) => toLab(parseHex(hex)));
  return Array.from({ length: RAMP_STEPS }, (_, step) => {
    const place = (step / (RAMP_STEPS - 1)) * (labs.length - 1);
    const from = Math.min(Math.floor(place), labs.length - 2);
    const [before, after] = [labs[from] as Lab, labs[from + 1] as Lab];
    const mixed = (axis: 0 | 1 | 2) => before[axis] + (place - from) * (after[axis] - before[axis]);
    return toRgb([mixed(0), mixed(1), mixed(2)]);
  });
}

/** Evenly spaced colours of the ramp as CSS, the ends among them. */
export function rampStops(colours: readonly Rgb[], count = 12): string[] {
  return Array.from({ length: count }, (_, stop) => {
    return toCss(colours[Math.round((stop / (count - 1)) * (colours.length - 1))] as Rgb);
  });
}

/** Stops as the background of a bar, from left to right. */
export function gradient(stops: readonly string[]): string {
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

/** Bytes of the palette texture for codes 0 to colours.length - 1, all in full colour. */
export function rampTexture(colours: readonly Rgb[]): Uint8Array {
  const bytes = new Uint8Array(PALETTE_SIDE * Math.ceil(colours.length / PALETTE_SIDE) * 4);
  colours.forEach(([red, green, blue], code) => bytes.set([red, green, blue, MEMBER], code * 4));
  return bytes;
}

/** The step of each value between `low` and `high`; what lies outside has the end's, NaN is missing. */
export function rampCodes(values: Float32Array, low: number, high: number): Uint16Array {
  const codes = new Uint16Array(values.length);
  const scale = high > low ? (RAMP_STEPS - 1) / (high - low) : 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const step = Math.round((value - low) * scale);
    codes[row] = Number.isNaN(value) ? MISSING_CODE : Math.min(RAMP_STEPS - 1, Math.max(0, step));
  }
  return codes;
}

/** Lightness, 0 to 1, as OKLab has it. */
export function lightness(colour: Rgb): number {
  return toLab(colour)[0];
}

function toLab(colour: Rgb): Lab {
  const linear = colour.map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [red, green, blue] = linear as [number, number, number];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function toRgb([lightnessOf, a, b]: Lab): Rgb {
  const l = (lightnessOf + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightnessOf - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightnessOf - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toByte(linear: number): number {
  const share = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}
