import { ActionIcon, Tooltip } from "@mantine/core";
import classes from "./explorer.module.css";
import { FitIcon, MinusIcon, PlusIcon } from "./mapIcons.tsx";
import { t } from "../../language/language.ts";

interface ZoomButtonsProps {
  onZoom: (factor: number) => void;
  onFit: () => void;
}

/** Zoom for those without a wheel. */
export function ZoomButtons({ onZoom, onFit }: ZoomButtonsProps) {
  return (
    <div className={classes.zoom}>
      <ActionIcon aria-label={t("Zoom in")} onClick={() => onZoom(1.5)}>
        <PlusIcon />
      </ActionIcon>
      <ActionIcon aria-label={t("Zoom out")} onClick={() => onZoom(1 / 1.5)}>
        <MinusIcon />
      </ActionIcon>
      <Tooltip label={t("Show everything (F)")} position="left">
        <ActionIcon aria-label={t("Fit")} onClick={onFit}>
          <FitIcon />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
