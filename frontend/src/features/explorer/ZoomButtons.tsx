import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./explorer.module.css";
import { FitIcon, MinusIcon, PlusIcon, SelectionFitIcon } from "./mapIcons.tsx";
import { t } from "../../language/language.ts";

interface ZoomButtonsProps {
  onZoom: (factor: number) => void;
  onFit: () => void;
  /** Null: nothing is selected. */
  onFitSelection: (() => void) | null;
  /** More buttons, above. */
  children?: ReactNode;
}

/** Zoom for those without a wheel. */
export function ZoomButtons({ onZoom, onFit, onFitSelection, children }: ZoomButtonsProps) {
  return (
    <div className={classes.zoom}>
      {children}
      <ActionIcon aria-label={t("Zoom in")} onClick={() => onZoom(1.5)}>
        <PlusIcon />
      </ActionIcon>
      <ActionIcon aria-label={t("Zoom out")} onClick={() => onZoom(1 / 1.5)}>
        <MinusIcon />
      </ActionIcon>
      {onFitSelection && (
        <Tooltip label={t("Show the selection (G)")} position="left">
          <ActionIcon aria-label={t("Fit the selection")} onClick={onFitSelection}>
            <SelectionFitIcon />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label={t("Show everything (F)")} position="left">
        <ActionIcon aria-label={t("Fit")} onClick={onFit}>
          <FitIcon />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
