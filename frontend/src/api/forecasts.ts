import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { Forecast } from "./contract.ts";

/** What a clustering with these parameters would take, without asking for it. */
export function forecastQuery(datasetId: number, parameters: Record<string, unknown>) {
  return queryOptions({
    queryKey: ["forecast", datasetId, parameters] as const,
    queryFn: ({ signal }): Promise<Forecast> =>
      unwrap(
        client.POST("/api/v1/datasets/{dataset_id}/forecast", {
          params: { path: { dataset_id: datasetId } },
          body: { parameters },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    retry: false,
  });
}
