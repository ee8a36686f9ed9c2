import { download } from "../../api/download.ts";

/** The table in one of three formats, or the script that clusters it anew. */
export type ExportFormat = "csv" | "parquet" | "arrow" | "py";

/** Fetches an export of a run and saves it. */
export function downloadExport(
  runId: number,
  nClusters: number,
  format: ExportFormat,
): Promise<void> {
  const path =
    format === "py"
      ? `/api/v1/runs/${runId}/script?n_clusters=${nClusters}`
      : `/api/v1/runs/${runId}/export?format=${format}&n_clusters=${nClusters}`;
  return download(path, `clusters.${format}`);
}
