import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { LayoutRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";
import type { PointMap } from "../../points/map.ts";
import { toCss } from "../../points/palette.ts";
import { pictureOf, pictureSvg, type PictureScene } from "../../points/picture.ts";
import { saveBlob } from "./download.ts";
import type { ClusterColours } from "./mapColours.ts";
import { PictureIcon } from "./mapIcons.tsx";
import { useClusterName } from "./clusterNames.ts";
import type { ShownPartition } from "./partitions.ts";
import { type NamedClusters, placedNames } from "./placedNames.ts";
import type { Legend } from "./valueColours.ts";

interface PictureMenuProps {
  /** Of the table; the file is called by it. */
  name: string;
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

/** Saves the map as it is on the screen, with its legend. */
export function PictureMenu(props: PictureMenuProps) {
  const clusterName = useClusterName();
  const { name, shown } = props;
  const save = async (format: "png" | "svg") => {
    try {
      const svg = pictureSvg(sceneOf(props, clusterName));
      const scale = Math.max(LEAST_SCALE, window.devicePixelRatio || 1);
      const blob =
        format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pictureOf(svg, scale);
      const fileName = `${name}-${shown.partition.n_clusters}-clusters.${format}`;
      saveBlob(blob, fileName);
    } catch (error) {
      notifications.show({
        color: "red",
        title: t("No picture was made"),
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };
  return (
    <Menu position="left-end">
      <Menu.Target>
        <Tooltip label={t("Picture of the map")} position="left">
          <ActionIcon aria-label={t("Picture of the map")}>
            <PictureIcon />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save("png")}>{t("PNG: for slides and pages")}</Menu.Item>
        <Menu.Item onClick={() => void save("svg")}>{t("SVG: text stays text")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function sceneOf(props: PictureMenuProps, clusterName: (label: number) => string): PictureScene {
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
