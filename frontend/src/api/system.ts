import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";

const BETWEEN_LOOKS_MS = 10_000;

/** The state of the platform and of each part, looked at again every ten seconds. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: ({ signal }) => unwrap(client.GET("/health", { signal })),
  refetchInterval: BETWEEN_LOOKS_MS,
});

/** The workers that have given a sign of life lately; for admins. */
export const workersQuery = queryOptions({
  queryKey: ["workers"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/workers", { signal })),
  refetchInterval: BETWEEN_LOOKS_MS,
});
