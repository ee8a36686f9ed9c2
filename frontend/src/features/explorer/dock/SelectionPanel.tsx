import { useMemo, lazy, Suspense } from "react";
import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import { formatCount } from "../../../ui/numbers.ts";
import { useClusterName } from "../clusterNames.ts";
import classes from "../explorer.module.css";
import { useClusterColours } from "../mapColours.ts";
import type { ShownPartition } from "../partitions.ts";
import type { Selection } from "../selection.ts";
import { composition } from "../selection.ts";
import { SHOWN_COLUMNS } from "../tableRows.ts";
import { t } from "../../../language/language.ts";

// With it comes what draws long tables; nothing is selected at first.
const SelectionTable = lazy(async () => ({
  default: (await import("../SelectionTable.tsx")).SelectionTable,
}));

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
        {t(
          "No rows selected. Draw a lasso (L) or a box (B) on the map, or select the rows of a cluster.",
        )}
      </span>
    );
  }
  return (
    <>
      <Composition selection={selection} shown={shown} />
      <span className="dim num" data-testid="selection-count">
        {t("{rowsCount} of {n_rows}", {
          rowsCount: formatCount(selection.rows.length),
          n_rows: formatCount(run.n_rows),
        })}
      </span>
    </>
  );
}

/** The selected rows as a table. */
export function SelectionPanel({ dataset, run, shown, selection, onWhy }: SelectionPanelProps) {
  if (!selection || !shown) return null;
  return (
    <>
      <Suspense>
        <SelectionTable
          dataset={dataset}
          run={run}
          shown={shown}
          selection={selection}
          onWhy={onWhy}
        />
      </Suspense>
      {dataset.columns.length > SHOWN_COLUMNS && (
        <p className={classes.dockNote}>
          {t("The first {SHOWN_COLUMNS} of {columnsCount} columns; the export has all.", {
            SHOWN_COLUMNS,
            columnsCount: dataset.columns.length,
          })}
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
    <ul className={classes.composition} aria-label={t("Composition of the selection")}>
      {parts.slice(0, PARTS).map((part) => (
        <li key={part.label}>
          <i
            className={classes.chip}
            style={{ background: colours.css(shown.slots[part.label] ?? 0) }}
          />
          {clusterName(part.label)}
          <span className="dim num">
            {t("{percent} of these · {percent2} of the cluster", {
              percent: percent(part.ofSelection),
              percent2: percent(part.ofCluster),
            })}
          </span>
        </li>
      ))}
      {parts.length > PARTS && (
        <li className="dim">{t("and {value} more", { value: parts.length - PARTS })}</li>
      )}
    </ul>
  );
}

function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  return `${Math.round(share * 100)} %`;
}
