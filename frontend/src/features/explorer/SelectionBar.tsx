import { ActionIcon } from "@mantine/core";
import { useMemo } from "react";
import { EXCLUDED } from "../../api/edits.ts";
import { MixBar } from "../../charts/MixBar.tsx";
import { CloseIcon } from "../../ui/icons.tsx";
import { useClusterName } from "./clusterNames.ts";
import { SelectionEdits } from "./editing/SelectionEdits.tsx";
import type { Editing } from "./editing/useEditing.ts";
import classes from "./explorer.module.css";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import type { Selection } from "./selection.ts";
import { composition } from "./selection.ts";
import { KeepSelection } from "./selections/KeepSelection.tsx";
import { t } from "../../language/language.ts";

interface SelectionBarProps {
  selection: Selection;
  shown: ShownPartition;
  colours: ClusterColours;
  editing: Editing;
  runId: number;
  onClear: () => void;
}

/** How many rows are selected, what they are and what can be done with them, floating at the foot of the map. */
export function SelectionBar(props: SelectionBarProps) {
  const { selection, shown, colours, editing, runId, onClear } = props;
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
    <div className={classes.selectionBar} role="toolbar" aria-label={t("Selection")}>
      <b className="num">
        {t("{count, plural, one {# row} other {# rows}}", { count: selection.rows.length })}
      </b>
      <MixBar
        label={t("Clusters of the selection")}
        parts={parts.map(({ label, count }) => ({
          name: clusterName(label),
          count,
          colour: colours.css(shown.slots[label] ?? 0),
        }))}
      />
      <span className={`dim num ${classes.composed}`}>
        {largest
          ? t("{percent} {label}, {percent2} of that cluster", {
              percent: percent(largest.ofSelection),
              label: clusterName(largest.label),
              percent2: percent(largest.ofCluster),
            })
          : clusterName(EXCLUDED)}
      </span>
      <SelectionEdits selection={selection} shown={shown} editing={editing} />
      {editing.mayEdit && (
        <KeepSelection
          runId={runId}
          selection={selection}
          suggested={largest ? clusterName(largest.label) : clusterName(EXCLUDED)}
        />
      )}
      <ActionIcon aria-label={t("Clear selection")} size={24} onClick={onClear}>
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
