import { useComputedColorScheme } from "@mantine/core";
import type { MapColours } from "../../points/map.ts";
import { parseHex, type Rgb, slotColour, toCss } from "../../points/palette.ts";
import { sequentialRamp } from "../../points/ramp.ts";
import { DARK_PALETTE, DARK_RAMP, LIGHT_PALETTE, LIGHT_RAMP } from "../../ui/palette.ts";

export interface ClusterColours {
  scheme: "light" | "dark";
  palette: readonly string[];
  /** Of numbers, from the lowest to the highest. */
  ramp: readonly Rgb[];
  map: MapColours;
  /** CSS colour of a palette slot. */
  css: (slot: number) => string;
}

function make(
  scheme: "light" | "dark",
  palette: readonly string[],
  ramp: readonly string[],
  map: MapColours,
): ClusterColours {
  return {
    scheme,
    palette,
    ramp: sequentialRamp(ramp),
    map,
    css: (slot) => toCss(slotColour(palette, slot)),
  };
}

// The canvas can't read CSS variables; these repeat the stage of tokens.css and a grey that shows on it.
const LIGHT = make("light", LIGHT_PALETTE, LIGHT_RAMP, {
  background: parseHex("#ffffff"),
  context: parseHex("#8b95a3"),
});
const DARK = make("dark", DARK_PALETTE, DARK_RAMP, {
  background: parseHex("#0e1218"),
  context: parseHex("#7c8796"),
});

/** Colours on paper, which is white in either theme. */
export const PAPER_COLOURS = LIGHT;

/** Colours of clusters and map in the theme at hand; the same object as long as the theme stays. */
export function useClusterColours(): ClusterColours {
  return useComputedColorScheme("light") === "dark" ? DARK : LIGHT;
}
