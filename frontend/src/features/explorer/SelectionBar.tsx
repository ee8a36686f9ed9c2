import { ActionIcon } from "@mantine/core";
import { useMemo } from "react";
import { MixBar } from "../../charts/MixBar.tsx";
import { CloseIcon } from "../../ui/icons.tsx";
import { plural } from "../../ui/numbers.ts";
import { clusterName } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import type { Selection } from "./selection.ts";
import { composition } from "./selection.ts";

interface SelectionBarProps {
  selection: Selection;
  shown: ShownPartition;
  colours: ClusterColours;
  onClear: () => void;
}

/** How many rows are selected and what they are, floating at the foot of the map. */
export function SelectionBar({ selection, shown, colours, onClear }: SelectionBarProps) {
  const parts = useMemo(
    () =>
      composition(
        selection,
        shown.labels,
        shown.partition.clusters.map(({ size }) => size),
      ),
    [selection, shown],
  );
  const [largest] = parts;
  return (
    <div className={classes.selectionBar} role="toolbar" aria-label="Selection">
      <b className="num">{plural(selection.rows.length, "row")}</b>
      <MixBar
        label="Clusters of the selection"
        parts={parts.map(({ label, count }) => ({
          name: clusterName(label),
          count,
          colour: colours.css(shown.slots[label] ?? 0),
        }))}
      />
      {largest && (
        <span className="dim num">
          {Math.round(largest.ofSelection * 100)} % {clusterName(largest.label)}
        </span>
      )}
      <ActionIcon aria-label="Clear selection" size={24} onClick={onClear}>
        <CloseIcon size={12} />
      </ActionIcon>
    </div>
  );
}
