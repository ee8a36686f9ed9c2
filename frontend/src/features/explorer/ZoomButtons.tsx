import { ActionIcon, Tooltip } from "@mantine/core";
import classes from "./explorer.module.css";
import { FitIcon, MinusIcon, PlusIcon } from "./mapIcons.tsx";

interface ZoomButtonsProps {
  onZoom: (factor: number) => void;
  onFit: () => void;
}

/** Zoom for those without a wheel. */
export function ZoomButtons({ onZoom, onFit }: ZoomButtonsProps) {
  return (
    <div className={classes.zoom}>
      <ActionIcon aria-label="Zoom in" onClick={() => onZoom(1.5)}>
        <PlusIcon />
      </ActionIcon>
      <ActionIcon aria-label="Zoom out" onClick={() => onZoom(1 / 1.5)}>
        <MinusIcon />
      </ActionIcon>
      <Tooltip label="Show everything (F)" position="left">
        <ActionIcon aria-label="Fit" onClick={onFit}>
          <FitIcon />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
