import { ActionIcon } from "@mantine/core";
import { useMemo } from "react";
import { EXCLUDED } from "../../api/edits.ts";
import { MixBar } from "../../charts/MixBar.tsx";
import { CloseIcon } from "../../ui/icons.tsx";
import { plural } from "../../ui/numbers.ts";
import { useClusterName } from "./clusterNames.ts";
import { SelectionEdits } from "./editing/SelectionEdits.tsx";
import type { Editing } from "./editing/useEditing.ts";
import classes from "./explorer.module.css";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import type { Selection } from "./selection.ts";
import { composition } from "./selection.ts";

interface SelectionBarProps {
  selection: Selection;
  shown: ShownPartition;
  colours: ClusterColours;
  editing: Editing;
  onClear: () => void;
}

/** How many rows are selected, what they are and what can be done with them, floating at the foot of the map. */
export function SelectionBar(props: SelectionBarProps) {
  const { selection, shown, colours, editing, onClear } = props;
  const clusterName = useClusterName();
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
      <span className={`dim num ${classes.composed}`}>
        {largest
          ? `${percent(largest.ofSelection)} ${clusterName(largest.label)}, ${percent(largest.ofCluster)} of that cluster`
          : clusterName(EXCLUDED)}
      </span>
      <SelectionEdits selection={selection} shown={shown} editing={editing} />
      <ActionIcon aria-label="Clear selection" size={24} onClick={onClear}>
        <CloseIcon size={12} />
      </ActionIcon>
    </div>
  );
}

function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  if (share > 0.99 && share < 1) return ">99 %";
  return `${Math.round(share * 100)} %`;
}
