// Selections kept under a name with the table, for every run that was made from it.

import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { SelectionRead } from "./contract.ts";
import { rowSetOf } from "./explanations.ts";

/** More are not kept of one table. */
const MOST_SELECTIONS = 200;

export const selectionKeys = {
  all: ["selections"] as const,
  of: (runId: number) => ["selections", runId] as const,
};

/** The selections of a run's table, newest first. */
export function selectionsQuery(runId: number) {
  return queryOptions({
    queryKey: selectionKeys.of(runId),
    queryFn: async ({ signal }): Promise<SelectionRead[]> => {
      const { items } = await unwrap(
        client.GET("/api/v1/runs/{run_id}/selections", {
          params: { path: { run_id: runId }, query: { limit: MOST_SELECTIONS } },
          signal,
        }),
      );
      return items;
    },
  });
}

/** The rows of a selection as base64 of one bit a row; a selection's rows are not changed by this page. */
export function selectionBitmapQuery(runId: number, selectionId: number) {
  return queryOptions({
    queryKey: [...selectionKeys.of(runId), selectionId] as const,
    queryFn: async ({ signal }): Promise<string> => {
      const { bitmap } = await unwrap(
        client.GET("/api/v1/runs/{run_id}/selections/{selection_id}", {
          params: { path: { run_id: runId, selection_id: selectionId } },
          signal,
        }),
      );
      return bitmap;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Keeps the rows of `mask`, one byte a row, under a name. */
export function keepSelection(
  runId: number,
  name: string,
  mask: Uint8Array,
): Promise<SelectionRead> {
  return unwrap(
    client.POST("/api/v1/runs/{run_id}/selections", {
      params: { path: { run_id: runId } },
      body: { name, bitmap: rowSetOf(mask).bitmap ?? "" },
    }),
  );
}

export async function forgetSelection(runId: number, selectionId: number): Promise<void> {
  await unwrap(
    client.DELETE("/api/v1/runs/{run_id}/selections/{selection_id}", {
      params: { path: { run_id: runId, selection_id: selectionId } },
    }),
  );
}

/** One byte a row from base64 of one bit a row, the inverse of `rowSetOf`. */
export function maskOf(bitmap: string, nRows: number): Uint8Array {
  const bytes = atob(bitmap);
  return Uint8Array.from(
    { length: nRows },
    (_, row) => (bytes.charCodeAt(row >> 3) >> (row & 7)) & 1,
  );
}
