// Rows of the table, fetched in pages as Arrow.

import { queryOptions } from "@tanstack/react-query";
import { type ArrowTable, readTable } from "../../api/arrow.ts";
import type { ColumnRead } from "../../api/contract.ts";
import { formatStatistic } from "../../ui/numbers.ts";

/** Rows fetched at once. */
export const PAGE_ROWS = 100;
/** Columns a wide table shows; the export has them all. */
export const SHOWN_COLUMNS = 40;

/** The named rows in the order asked for, with the given columns. */
export function rowsQuery(datasetId: number, rows: readonly number[], columns: readonly string[]) {
  return queryOptions({
    queryKey: ["rows", datasetId, columns, rows] as const,
    queryFn: ({ signal }): Promise<ArrowTable> =>
      readTable({ path: `/api/v1/datasets/${datasetId}/rows`, body: { rows, columns }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
}

/** A cell as text; null when it is missing. */
export function cellText(value: unknown, column: ColumnRead | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return value.toLocaleString("en-US").replaceAll(",", "");
  if (column?.type === "datetime") return dateText(value);
  if (typeof value === "number") {
    return Number.isInteger(value) ? String(value) : formatStatistic(value);
  }
  return String(value);
}

/** Arrow hands a timestamp over as milliseconds since 1970, UTC. */
function dateText(value: unknown): string {
  const date = value instanceof Date ? value : new Date(Number(value));
  if (Number.isNaN(date.getTime())) return String(value);
  return date
    .toISOString()
    .replace("T", " ")
    .replace(/(:00)?\.000Z$/, "")
    .replace(/ 00:00$/, "");
}

/** Columns in the order a reader wants them: what was clustered on first, then the rest as in the file. */
export function columnOrder(
  columns: readonly ColumnRead[],
  clustered: readonly string[],
): ColumnRead[] {
  const used = new Set(clustered);
  return [
    ...columns.filter(({ name }) => used.has(name)),
    ...columns.filter(({ name }) => !used.has(name)),
  ].slice(0, SHOWN_COLUMNS);
}
