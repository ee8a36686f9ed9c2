// One layout becoming another: how far it is, and the camera on its way.

import type { Camera } from "./camera.ts";

/** Long enough to follow a group with the eye, milliseconds. */
const DURATION_MS = 700;

/** Slow at both ends: 0 at 0, 1 at 1. */
export function eased(share: number): number {
  const inside = Math.min(1, Math.max(0, share));
  return inside < 0.5 ? 4 * inside ** 3 : 1 - (2 - 2 * inside) ** 3 / 2;
}

/** Readers who asked for less motion see the new layout at once. */
export function wantsMotion(): boolean {
  return !window.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
}

/** A morph under way, begun when its first frame is asked for. */
export class Morph {
  private begun: number | null = null;

  constructor(
    private readonly from: Camera,
    private readonly to: Camera,
  ) {}

  /** How far the points are on their way at `now`, 0 to 1. */
  share(now: number): number {
    this.begun ??= now;
    return eased((now - this.begun) / DURATION_MS);
  }

  /** The camera when the points have come as far as `share`. */
  camera(share: number): Camera {
    const { from, to } = this;
    if (from.kind !== "2d" || to.kind !== "2d") return to;
    const between = (a: number, b: number) => a + share * (b - a);
    return {
      kind: "2d",
      centerX: between(from.centerX, to.centerX),
      centerY: between(from.centerY, to.centerY),
      scale: from.scale * (to.scale / from.scale) ** share,
    };
  }
}
