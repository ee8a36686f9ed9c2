import { useQueries } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import type { ColumnRead, DatasetRead, RunRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { formatCount } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { useClusterName } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import { useClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import type { Selection } from "./selection.ts";
import { cellText, columnOrder, PAGE_ROWS, rowsQuery } from "./tableRows.ts";
import { t } from "../../language/language.ts";

interface SelectionTableProps {
  dataset: DatasetRead;
  run: RunRead;
  shown: ShownPartition;
  selection: Selection;
  onWhy: (row: number) => void;
}

const ROW_HEIGHT = 26;
/** Taller boxes than this are cut off by browsers; more rows than fit can still be exported. */
const MAXIMUM_ROWS = 500_000;

/** The selected rows; only those in view exist in the page, and pages are fetched as they come into view. */
export function SelectionTable(props: SelectionTableProps) {
  const clusterName = useClusterName();
  const { dataset, run, shown, selection, onWhy } = props;
  const frame = useRef<HTMLElement>(null);
  const colours = useClusterColours();
  const columns = useMemo(() => columnOrder(dataset.columns, run.columns), [dataset, run]);
  const names = useMemo(() => columns.map(({ name }) => name), [columns]);
  const count = Math.min(selection.rows.length, MAXIMUM_ROWS);
  // Its functions are called in this component only, so nothing memoised goes stale.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    initialRect: { width: 800, height: 200 },
  });
  const items = virtual.getVirtualItems();
  const firstPage = Math.floor((items[0]?.index ?? 0) / PAGE_ROWS);
  const lastPage = Math.floor((items.at(-1)?.index ?? 0) / PAGE_ROWS);
  const pages = useQueries({
    queries: Array.from({ length: lastPage - firstPage + 1 }, (_, offset) => {
      const from = (firstPage + offset) * PAGE_ROWS;
      const rows = Array.from(selection.rows.subarray(from, from + PAGE_ROWS));
      return rowsQuery(dataset.id, rows, names);
    }),
  });
  const failed = pages.find((page) => page.error);
  if (failed?.error) {
    return <ProblemAlert problem={asProblem(failed.error)} onRetry={() => void failed.refetch()} />;
  }
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const used = new Set(run.columns);

  return (
    <section
      ref={frame}
      className={classes.tableFrame}
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t("Selected rows")}
    >
      <table className={classes.table} aria-rowcount={count + 1}>
        <thead>
          <tr>
            <th scope="col">{t("row")}</th>
            <th scope="col">{t("cluster")}</th>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                data-text={isText(column) || undefined}
                data-used={used.has(column.name) || undefined}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={above} />
          {items.map(({ index }) => {
            const row = selection.rows[index] as number;
            const label = shown.labels[row] as number;
            const page = pages[Math.floor(index / PAGE_ROWS) - firstPage]?.data;
            return (
              <tr key={row} aria-rowindex={index + 2}>
                <td className="num">
                  <button
                    type="button"
                    className={classes.rowNumber}
                    title={t("Why is this row in its cluster?")}
                    aria-label={t("Row {value}: why is it in its cluster?", { value: row + 1 })}
                    onClick={() => onWhy(row)}
                  >
                    {formatCount(row + 1)}
                  </button>
                </td>
                <td>
                  <i
                    className={classes.chip}
                    style={{ background: colours.css(shown.slots[label] ?? 0) }}
                  />
                  {clusterName(label)}
                </td>
                {columns.map((column) => (
                  <Cell
                    key={column.name}
                    column={column}
                    used={used.has(column.name)}
                    text={
                      page &&
                      cellText(
                        page.cell(index % PAGE_ROWS, page.columns.indexOf(column.name)),
                        column,
                      )
                    }
                  />
                ))}
              </tr>
            );
          })}
          <Spacer height={below} />
        </tbody>
      </table>
    </section>
  );
}

interface CellProps {
  column: ColumnRead;
  /** The run was clustered on this column. */
  used: boolean;
  /** undefined while it is on its way, null when missing. */
  text: string | null | undefined;
}

function Cell({ column, used, text }: CellProps) {
  return (
    <td data-text={isText(column) || undefined} data-used={used || undefined}>
      {text === undefined ? (
        <span className="dim">…</span>
      ) : (
        (text ?? <span className="dim">{t("missing")}</span>)
      )}
    </td>
  );
}

function isText(column: ColumnRead): boolean {
  return column.type === "text" || column.type === "datetime";
}

function Spacer({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null;
}
