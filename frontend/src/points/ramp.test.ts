import { describe, expect, it } from "vitest";
import { DARK_RAMP, LIGHT_RAMP } from "../ui/palette.ts";
import {
  lightness,
  MISSING_CODE,
  RAMP_STEPS,
  rampCodes,
  rampTexture,
  sequentialRamp,
} from "./ramp.ts";

describe("a ramp", () => {
  it.each([
    ["light", LIGHT_RAMP, -1],
    ["dark", DARK_RAMP, 1],
  ] as const)("of the %s theme runs evenly away from the stage", (_, anchors, direction) => {
    const colours = sequentialRamp(anchors);
    expect(colours).toHaveLength(RAMP_STEPS);
    const steps = colours.slice(1).map((colour, at) => {
      return direction * (lightness(colour) - lightness(colours[at] as (typeof colours)[0]));
    });
    // Bytes are rounded, so that a single step may stand still; eight never do.
    const eights = steps.map((_step, at) => steps.slice(at, at + 8).reduce((a, b) => a + b, 0));
    expect(Math.min(...eights.slice(0, -8))).toBeGreaterThan(0);
    const sum = steps.reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(0.4);
    const half = steps.slice(0, steps.length / 2).reduce((a, b) => a + b, 0);
    expect(half / sum).toBeGreaterThan(0.4);
    expect(half / sum).toBeLessThan(0.6);
  });

  it("passes through its anchors", () => {
    const colours = sequentialRamp(["#000000", "#3b6fd4", "#ffffff"]);
    expect(colours[0]).toEqual([0, 0, 0]);
    expect(colours.at(-1)).toEqual([255, 255, 255]);
    expect(Array.from(rampTexture(colours).subarray(4 * 255))).toEqual([255, 255, 255, 255]);
  });

  it("gives ends to what lies outside and no colour to what is missing", () => {
    const codes = rampCodes(Float32Array.from([-9, 0, 5, 10, 99, Number.NaN]), 0, 10);
    expect(Array.from(codes)).toEqual([0, 0, 128, 255, 255, MISSING_CODE]);
    expect(Array.from(rampCodes(Float32Array.from([3, 3]), 3, 3))).toEqual([0, 0]);
  });
});
