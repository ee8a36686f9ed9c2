// Which columns hold labels that were known before.
import type { DatasetRead, RunRead } from "../../../api/contract.ts";

/** Numbers with more different values are quantities. */
const MOST_NUMBERS = 20;
/** Texts with more different values name rows, they do not group them. */
const MOST_TEXTS = 1000;

/** Columns that the run was not made from and that have few different values: those said to be labels first. */
export function labelColumns(dataset: DatasetRead, run: RunRead): string[] {
  const used = new Set(run.columns);
  const fitting = dataset.columns.filter(({ name, distinct, type }) => {
    if (used.has(name) || distinct === null || distinct < 2 || type === "datetime") return false;
    if (type === "integer" || type === "float") return distinct <= MOST_NUMBERS;
    return distinct <= Math.min(MOST_TEXTS, Math.max(MOST_NUMBERS, run.n_rows / 2));
  });
  return [
    ...fitting.filter(({ role }) => role === "label"),
    ...fitting.filter(({ role }) => role !== "label"),
  ].map(({ name }) => name);
}
