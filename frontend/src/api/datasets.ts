import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { DatasetPreview, DatasetRead, ImportPlan, JobRead } from "./contract.ts";

export const datasetKeys = {
  all: ["datasets"] as const,
  list: ["datasets", "list"] as const,
  one: (datasetId: number) => ["datasets", "one", datasetId] as const,
  preview: (datasetId: number) => ["datasets", "preview", datasetId] as const,
};

/** The newest hundred datasets; older ones follow by `next_cursor`. */
export const datasetsQuery = queryOptions({
  queryKey: datasetKeys.list,
  queryFn: ({ signal }) =>
    unwrap(client.GET("/api/v1/datasets", { params: { query: { limit: 100 } }, signal })),
});

/** One dataset. */
export function datasetQuery(datasetId: number) {
  return queryOptions({
    queryKey: datasetKeys.one(datasetId),
    queryFn: ({ signal }): Promise<DatasetRead> =>
      unwrap(
        client.GET("/api/v1/datasets/{dataset_id}", {
          params: { path: { dataset_id: datasetId } },
          signal,
        }),
      ),
  });
}

/** The first rows as text. */
export function previewQuery(datasetId: number, limit = 50) {
  return queryOptions({
    queryKey: [...datasetKeys.preview(datasetId), limit],
    queryFn: ({ signal }): Promise<DatasetPreview> =>
      unwrap(
        client.GET("/api/v1/datasets/{dataset_id}/preview", {
          params: { path: { dataset_id: datasetId }, query: { limit } },
          signal,
        }),
      ),
  });
}

/** Gives a dataset another name. */
export function renameDataset(datasetId: number, name: string): Promise<DatasetRead> {
  return unwrap(
    client.PATCH("/api/v1/datasets/{dataset_id}", {
      params: { path: { dataset_id: datasetId } },
      body: { name },
    }),
  );
}

/** Deletes a dataset with its runs. */
export async function deleteDataset(datasetId: number): Promise<void> {
  await unwrap(
    client.DELETE("/api/v1/datasets/{dataset_id}", {
      params: { path: { dataset_id: datasetId } },
    }),
  );
}

/** Reads the upload again by another plan. */
export function reimportDataset(datasetId: number, plan: ImportPlan): Promise<JobRead> {
  return unwrap(
    client.POST("/api/v1/datasets/{dataset_id}/import", {
      params: { path: { dataset_id: datasetId } },
      body: { plan },
    }),
  );
}
