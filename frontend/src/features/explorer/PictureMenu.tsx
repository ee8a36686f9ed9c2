import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { t } from "../../language/language.ts";
import { saveBlob } from "../../api/download.ts";
import { PictureIcon } from "./mapIcons.tsx";
import { useClusterName } from "./clusterNames.ts";
import type { PicturedMap } from "./mapPicture.ts";

interface PictureMenuProps extends PicturedMap {
  /** Of the table; the file is called by it. */
  name: string;
}

/** Saves the map as it is on the screen, with its legend. */
export function PictureMenu(props: PictureMenuProps) {
  const clusterName = useClusterName();
  const { name, shown } = props;
  const save = async (format: "png" | "svg") => {
    try {
      // Loaded when it is first wanted.
      const { mapPicture } = await import("./mapPicture.ts");
      const fileName = `${name}-${shown.partition.n_clusters}-clusters.${format}`;
      saveBlob(await mapPicture(props, clusterName, format), fileName);
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
