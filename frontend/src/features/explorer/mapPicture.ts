// The map on the screen as a file: its points, names and legend.

import type { LayoutRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";
import type { PointMap } from "../../points/map.ts";
import { toCss } from "../../points/palette.ts";
import { pictureOf, pictureSvg, type PictureScene } from "../../points/picture.ts";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import { type NamedClusters, placedNames } from "./placedNames.ts";
import type { Legend } from "./valueColours.ts";

export interface PicturedMap {
  map: PointMap;
  /** Names on the map, while they are shown. */
  named: NamedClusters | null;
  shown: ShownPartition;
  /** Of the value that points are coloured by, if they are. */
  legend: Legend | null;
  layout: LayoutRead | undefined;
  dims: 2 | 3;
  colours: ClusterColours;
}

/** Print wants more dots than screens show. */
const LEAST_SCALE = 2;

/** The map as it is on the screen, with its legend. */
export async function mapPicture(
  pictured: PicturedMap,
  clusterName: (label: number) => string,
  format: "png" | "svg",
): Promise<Blob> {
  const svg = pictureSvg(sceneOf(pictured, clusterName));
  if (format === "svg") return new Blob([svg], { type: "image/svg+xml" });
  return pictureOf(svg, Math.max(LEAST_SCALE, window.devicePixelRatio || 1));
}

function sceneOf(props: PicturedMap, clusterName: (label: number) => string): PictureScene {
  const { map, named, shown, legend, layout, dims, colours } = props;
  const { viewport, projection, store } = map;
  const points = map.picture().toDataURL("image/png");
  const clusters = shown.partition.clusters.map(({ label, size }) => ({
    name: clusterName(label),
    css: colours.css(shown.slots[label] ?? 0),
    count: size,
  }));
  const axes = layout?.axes.slice(0, dims).filter(Boolean).join(" × ") ?? "";
  const counted = t("{count, plural, one {# point} other {# points}}", { count: store.count });
  const dark = colours.scheme === "dark";
  return {
    ...viewport,
    points,
    names: named ? placedNames(named, { projection, viewport }) : [],
    legend: legend ?? {
      title: t("Clusters"),
      basis: "",
      ramp: null,
      entries: clusters,
      nMissing: shown.partition.n_excluded,
    },
    caption: [counted, layout?.title, axes].filter(Boolean).join(" · "),
    background: toCss(colours.map.background),
    foreground: dark ? "#e7ebf1" : "#14181f",
    faint: dark ? "#8a96a5" : "#5f6977",
    missing: {
      css: toCss(colours.map.context),
      name: legend ? t("no value") : t("in no cluster"),
    },
  };
}
