import { useMemo } from "react";
import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import { formatCount } from "../../../ui/numbers.ts";
import { useClusterName } from "../clusterNames.ts";
import classes from "../explorer.module.css";
import { useClusterColours } from "../mapColours.ts";
import type { ShownPartition } from "../partitions.ts";
import type { Selection } from "../selection.ts";
import { composition } from "../selection.ts";
import { SelectionTable } from "../SelectionTable.tsx";
import { SHOWN_COLUMNS } from "../tableRows.ts";

interface SelectionPanelProps {
  dataset: DatasetRead;
  run: RunRead;
  shown: ShownPartition | null;
  selection: Selection | null;
  onWhy: (row: number) => void;
}

/** What the selection is made of, in a line; or how to make one. */
export function SelectionLine({
  run,
  shown,
  selection,
}: Omit<SelectionPanelProps, "dataset" | "onWhy">) {
  if (!selection || !shown) {
    return (
      <span className="dim">
        No rows selected. Draw a lasso (L) or a box (B) on the map, or select the rows of a cluster.
      </span>
    );
  }
  return (
    <>
      <Composition selection={selection} shown={shown} />
      <span className="dim num" data-testid="selection-count">
        {formatCount(selection.rows.length)} of {formatCount(run.n_rows)}
      </span>
    </>
  );
}

/** The selected rows as a table. */
export function SelectionPanel({ dataset, run, shown, selection, onWhy }: SelectionPanelProps) {
  if (!selection || !shown) return null;
  return (
    <>
      <SelectionTable
        dataset={dataset}
        run={run}
        shown={shown}
        selection={selection}
        onWhy={onWhy}
      />
      {dataset.columns.length > SHOWN_COLUMNS && (
        <p className={classes.dockNote}>
          The first {SHOWN_COLUMNS} of {dataset.columns.length} columns; the export has all.
        </p>
      )}
    </>
  );
}

const PARTS = 3;

function Composition({ selection, shown }: { selection: Selection; shown: ShownPartition }) {
  const clusterName = useClusterName();
  const colours = useClusterColours();
  const parts = useMemo(
    () =>
      composition(
        selection,
        shown.labels,
        shown.partition.clusters.map(({ size }) => size),
      ),
    [selection, shown],
  );
  return (
    <ul className={classes.composition} aria-label="Composition of the selection">
      {parts.slice(0, PARTS).map((part) => (
        <li key={part.label}>
          <i
            className={classes.chip}
            style={{ background: colours.css(shown.slots[part.label] ?? 0) }}
          />
          {clusterName(part.label)}
          <span className="dim num">
            {percent(part.ofSelection)} of these · {percent(part.ofCluster)} of the cluster
          </span>
        </li>
      ))}
      {parts.length > PARTS && <li className="dim">and {parts.length - PARTS} more</li>}
    </ul>
  );
}

function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  return `${Math.round(share * 100)} %`;
}
