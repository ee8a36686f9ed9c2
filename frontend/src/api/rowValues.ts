// One value for every row of a run: a column, or how well the row sits in its cluster.

import { queryOptions } from "@tanstack/react-query";
import { readColumn } from "./arrow.ts";
import { client, unwrap } from "./client.ts";
import type { PartitionRead, RowValuesRead } from "./contract.ts";
import { answered, KEPT } from "./explanations.ts";

/** What rows have a value of; a measure is of a partition as it stands, a column of the table. */
export type ValueOf =
  | { measure: "silhouette" | "confidence" }
  /** By the column's name. */
  | { column: string };

/** Values by table row, and how to read them. */
export interface RowValues {
  of: ValueOf;
  told: RowValuesRead;
  /** Numbers (NaN: missing) in a Float32Array, codes of categories (65535: missing) in a Uint16Array. */
  values: Float32Array | Uint16Array;
}

/** The values of all rows of the partition's run. */
export function rowValuesQuery(partition: PartitionRead, of: ValueOf) {
  const { run_id, n_clusters, key } = partition;
  const isColumn = "column" in of;
  return queryOptions({
    queryKey: ["row-values", run_id, isColumn ? of : { ...of, key }] as const,
    queryFn: async ({ signal }): Promise<RowValues> => {
      const told = await answered(
        () =>
          unwrap(
            client.GET("/api/v1/runs/{run_id}/values", {
              params: {
                path: { run_id },
                query: isColumn
                  ? { of: "column", column: of.column }
                  : { of: of.measure, n_clusters },
              },
              signal,
            }),
          ),
        signal,
      );
      const path = `/api/v1/runs/${run_id}/explanations/${told.key}/values`;
      const values = await readColumn({ path, signal }, "value");
      return { of, told, values: values as Float32Array | Uint16Array };
    },
    structuralSharing: false,
    ...KEPT,
  });
}
