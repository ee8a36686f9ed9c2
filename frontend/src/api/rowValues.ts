// One value for every row of a run: a column, or how well the row sits in its cluster.

import { queryOptions } from "@tanstack/react-query";
import { readColumn } from "./arrow.ts";
import { client, unwrap } from "./client.ts";
import type { PartitionRead, RowValuesRead } from "./contract.ts";
import { answered, KEPT } from "./explanations.ts";

/** What rows have a value of; a measure is of a partition as it stands, a column of the table. */
export type ValueOf =
  | { measure: "silhouette" | "confidence" | "stability" }
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
  const { run_id, key } = partition;
  const isColumn = "column" in of;
  return queryOptions({
    queryKey: ["row-values", run_id, isColumn ? of : { ...of, key }] as const,
    queryFn: async ({ signal }): Promise<RowValues> => {
      const told = await readHow(partition, of, signal);
      const path = `/api/v1/runs/${run_id}/explanations/${told.key}/values`;
      const values = await readColumn({ path, signal }, "value");
      return { of, told, values: values as Float32Array | Uint16Array };
    },
    structuralSharing: false,
    ...KEPT,
  });
}

/** How surely rows belong to their clusters: the mean of each cluster, and what it was measured against. */
export function clusterConfidenceQuery(partition: PartitionRead) {
  return queryOptions({
    queryKey: ["cluster-confidence", partition.run_id, partition.key] as const,
    queryFn: ({ signal }): Promise<RowValuesRead> =>
      readHow(partition, { measure: "confidence" }, signal),
    ...KEPT,
  });
}

function readHow(
  { run_id, n_clusters }: PartitionRead,
  of: ValueOf,
  signal: AbortSignal,
): Promise<RowValuesRead> {
  const query =
    "column" in of ? { of: "column" as const, column: of.column } : { of: of.measure, n_clusters };
  return answered(
    () =>
      unwrap(
        client.GET("/api/v1/runs/{run_id}/values", { params: { path: { run_id }, query }, signal }),
      ),
    signal,
  );
}
