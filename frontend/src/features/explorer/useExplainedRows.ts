import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { type ExplainedRows, explainedRows } from "../../api/explanations.ts";
import { asProblem } from "../../api/problem.ts";
import { type Selection, selectionFromMask } from "./selection.ts";

/** Fetching the rows that an answer names, and selecting them. */
export interface RowsOf {
  /** What is being fetched. */
  busy: ExplainedRows | null;
  select: (key: string, of: ExplainedRows) => Promise<void>;
}

/** Rows of answers about a run with `nRows` rows, as selections. */
export function useExplainedRows(
  runId: number,
  nRows: number,
  onSelection: (selection: Selection | null) => void,
): RowsOf {
  const [busy, setBusy] = useState<ExplainedRows | null>(null);
  return {
    busy,
    select: async (key, of) => {
      setBusy(of);
      try {
        const mask = new Uint8Array(nRows);
        for (const row of await explainedRows(runId, key, of)) mask[row] = 1;
        onSelection(selectionFromMask(mask));
      } catch (error) {
        const { title, detail } = asProblem(error);
        notifications.show({ title, message: detail, color: "red" });
      } finally {
        setBusy(null);
      }
    },
  };
}
