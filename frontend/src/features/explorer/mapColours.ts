import { useComputedColorScheme } from "@mantine/core";
import type { MapColours } from "../../points/map.ts";
import { parseHex, slotColour, toCss } from "../../points/palette.ts";
import { DARK_PALETTE, LIGHT_PALETTE } from "../../ui/palette.ts";

export interface ClusterColours {
  scheme: "light" | "dark";
  palette: readonly string[];
  map: MapColours;
  /** CSS colour of a palette slot. */
  css: (slot: number) => string;
}

function make(
  scheme: "light" | "dark",
  palette: readonly string[],
  map: MapColours,
): ClusterColours {
  return { scheme, palette, map, css: (slot) => toCss(slotColour(palette, slot)) };
}

// The canvas can't read CSS variables; these repeat the stage of tokens.css and a grey that shows on it.
const LIGHT = make("light", LIGHT_PALETTE, {
  background: parseHex("#ffffff"),
  context: parseHex("#8b95a3"),
});
const DARK = make("dark", DARK_PALETTE, {
  background: parseHex("#0e1218"),
  context: parseHex("#7c8796"),
});

/** Colours of clusters and map in the theme at hand; the same object as long as the theme stays. */
export function useClusterColours(): ClusterColours {
  return useComputedColorScheme("light") === "dark" ? DARK : LIGHT;
}
