// Colours of clusters as bytes: slots of the categorical palette, and the texture that the shader looks up.

/** Texture side: 256 × 256 entries hold every 16-bit label. */
export const PALETTE_SIDE = 256;

export type Rgb = readonly [red: number, green: number, blue: number];

/** What a cluster's entry means to the shader: full colour, or grey context. */
export const MEMBER = 255;
export const CONTEXT = 0;

/** Parse "#rrggbb". */
export function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  if (!/^#[0-9a-f]{6}$/i.test(hex)) {
    throw new TypeError(`${JSON.stringify(hex)} is no colour; write it as #rrggbb.`);
  }
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Mix `share` of `other` into `colour`. */
export function mix(colour: Rgb, other: Rgb, share: number): Rgb {
  const part = (axis: 0 | 1 | 2) => Math.round(colour[axis] * (1 - share) + other[axis] * share);
  return [part(0), part(1), part(2)];
}

/**
 * Colour of a slot. The palette holds 24; past them the slots repeat a step lighter, then a step darker, so
 * that clusters 1 and 25 differ at least in strength (names on the map carry the rest).
 */
export function slotColour(palette: readonly string[], slot: number): Rgb {
  const base = parseHex(palette[slot % palette.length] as string);
  const round = Math.floor(slot / palette.length);
  if (round === 0) return base;
  return round % 2 === 1 ? mix(base, [255, 255, 255], 0.38) : mix(base, [0, 0, 0], 0.38);
}

export function toCss([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/**
 * Bytes of the palette texture for labels 0 to slots.length - 1: RGBA, alpha = MEMBER or CONTEXT.
 *
 * @param slots palette slot of each label
 * @param isolated the only label in full colour, or null for all
 */
export function paletteTexture(
  palette: readonly string[],
  slots: readonly number[],
  isolated: number | null,
): Uint8Array {
  const rows = Math.max(1, Math.ceil(slots.length / PALETTE_SIDE));
  const bytes = new Uint8Array(PALETTE_SIDE * rows * 4);
  slots.forEach((slot, label) => {
    const [red, green, blue] = slotColour(palette, slot);
    const alpha = isolated === null || isolated === label ? MEMBER : CONTEXT;
    bytes.set([red, green, blue, alpha], label * 4);
  });
  return bytes;
}
