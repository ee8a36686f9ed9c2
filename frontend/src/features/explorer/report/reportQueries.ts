// What the report asks of the service beyond what Explore asks.

import { queryOptions } from "@tanstack/react-query";
import { apiOrigin } from "../../../api/environment.ts";
import { fetchOrThrow } from "../../../api/fetch.ts";
import type { PartitionRead } from "../../../api/contract.ts";

/** The Python script that makes the clusters of a partition anew. */
export function scriptQuery({ run_id: runId, n_clusters: nClusters, key }: PartitionRead) {
  return queryOptions({
    queryKey: ["script", runId, nClusters, key] as const,
    queryFn: async ({ signal }): Promise<string> => {
      const path = `/api/v1/runs/${runId}/script?n_clusters=${nClusters}`;
      const request = new Request(`${apiOrigin()}${path}`, { signal, credentials: "include" });
      return (await fetchOrThrow(request)).text();
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
