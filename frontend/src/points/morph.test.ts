import { expect, it } from "vitest";
import { eased, Morph } from "./morph.ts";

const NEAR = { kind: "2d", centerX: 0.2, centerY: 0.4, scale: 100 } as const;
const FAR = { kind: "2d", centerX: 0.6, centerY: 0.5, scale: 400 } as const;

it("a morph begins at its first frame, is half way in the middle and ends where it is to", () => {
  const morph = new Morph(NEAR, FAR);
  expect(morph.share(5_000)).toBe(0);
  expect(morph.share(5_350)).toBeCloseTo(0.5);
  expect(morph.share(9_000)).toBe(1);
  expect(morph.camera(0)).toEqual(NEAR);
  expect(morph.camera(1)).toEqual(FAR);
  // Zoom grows by factors: half of the way from 100 to 400 is 200.
  expect(morph.camera(0.5)).toMatchObject({ scale: 200, centerX: 0.4 });
});

it("easing is even about its middle", () => {
  for (const share of [0, 0.1, 0.3, 0.5]) expect(eased(share) + eased(1 - share)).toBeCloseTo(1);
});
