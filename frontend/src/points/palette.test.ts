import { describe, expect, it } from "vitest";
import { CONTEXT, MEMBER, paletteTexture, parseHex, slotColour } from "./palette.ts";

const PALETTE = ["#102030", "#a0b0c0"];

describe("slotColour", () => {
  it("repeats in another strength past the last slot", () => {
    expect(slotColour(PALETTE, 1)).toEqual([160, 176, 192]);
    const colours = [0, 2, 4].map((slot) => slotColour(PALETTE, slot).join());
    expect(new Set(colours).size).toBe(3);
  });

  it("refuses what is no colour", () => {
    expect(() => parseHex("blue")).toThrow("#rrggbb");
  });
});

describe("paletteTexture", () => {
  it("holds each label's colour and whether it is more than context", () => {
    const bytes = paletteTexture(PALETTE, [1, 0], 0);
    expect([...bytes.subarray(0, 8)]).toEqual([160, 176, 192, MEMBER, 16, 32, 48, CONTEXT]);
  });

  it("grows by whole rows of the texture", () => {
    const slots = Array.from({ length: 257 }, (_, label) => label);
    expect(paletteTexture(PALETTE, slots, null).length).toBe(2 * 256 * 4);
  });
});
