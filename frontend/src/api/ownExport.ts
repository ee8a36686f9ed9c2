import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { ExportRead } from "./contract.ts";
import { download } from "./download.ts";

/** How the newest export of the own account stands. */
export const ownExportQuery = queryOptions({
  queryKey: ["own-export"],
  queryFn: ({ signal }): Promise<ExportRead> =>
    unwrap(client.GET("/api/v1/users/me/export", { signal })),
});

/** Asks for all that is kept of the own account; one that is under way is not begun anew. */
export function askForExport(): Promise<ExportRead> {
  return unwrap(client.POST("/api/v1/users/me/export"));
}

/** Saves the newest export. */
export function downloadOwnExport(): Promise<void> {
  return download("/api/v1/users/me/export/archive", "fiedler.zip");
}
