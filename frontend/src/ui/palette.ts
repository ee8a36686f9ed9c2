// Cluster colours, paired by slot: slot i keeps its hue when the theme changes. Computed to stay
// apart under protanopia, deuteranopia and tritanopia (greedy max-min distance in OKLab). Colour is
// never the only channel: the lowest contrast to the stage is 2.2:1, so labels mix it with the text.

export const LIGHT_PALETTE: readonly string[] = [
  "#3b6fd4",
  "#f87f02",
  "#892218",
  "#25c0cd",
  "#996c79",
  "#5e3880",
  "#c73f15",
  "#9b8bfb",
  "#c09285",
  "#1442be",
  "#725b9a",
  "#1899c5",
  "#824a5c",
  "#f45340",
  "#c467a4",
  "#7a8f59",
  "#aab266",
  "#a361fb",
  "#772d5f",
  "#ac3033",
  "#b144bb",
  "#8da7f7",
  "#940aa1",
  "#b05551",
];

/** The same hues in the same order, for the dark stage. */
export const DARK_PALETTE: readonly string[] = [
  "#6ea0ff",
  "#c04815",
  "#febc8e",
  "#1eebff",
  "#b18e8e",
  "#795ec8",
  "#eb8314",
  "#6386c5",
  "#936768",
  "#67c4fd",
  "#cca5cd",
  "#4979a3",
  "#fa9b98",
  "#c57246",
  "#b64c90",
  "#a4ca48",
  "#95ac65",
  "#907aeb",
  "#d184b8",
  "#d05386",
  "#b795da",
  "#7873d4",
  "#f398ec",
  "#ae6f60",
];

/** The colour of palette slot `slot` (0-based); slots repeat after the last. */
export function paletteColor(slot: number, scheme: "light" | "dark"): string {
  const palette = scheme === "dark" ? DARK_PALETTE : LIGHT_PALETTE;
  return palette[slot % palette.length] ?? "#808080";
}

// Ends and middles of the sequential ramp (points/ramp.ts mixes them): away from the stage in lightness, from
// yellow over green to blue, which protanopia and deuteranopia keep apart.
export const LIGHT_RAMP: readonly string[] = [
  "#dcb642",
  "#86ad5a",
  "#3f9a80",
  "#2c7592",
  "#2f4f93",
  "#352a72",
];
export const DARK_RAMP: readonly string[] = [
  "#4a4fa6",
  "#3d7fc0",
  "#35a5ab",
  "#5fc487",
  "#b2d967",
  "#f7e87e",
];
