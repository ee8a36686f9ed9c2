import type { InvalidateQueryFilters, QueryClient } from "@tanstack/react-query";

/**
 * Fetches anew what a change on the server concerns, as far as it is on the screen. A first fetch that is still
 * under way may have been answered before the change, and invalidating does not repeat it: what it brings is
 * fetched once more.
 */
export async function refresh(
  queryClient: QueryClient,
  filters: InvalidateQueryFilters,
): Promise<void> {
  const underWay = queryClient
    .getQueryCache()
    .findAll(filters)
    .filter(({ state }) => state.fetchStatus === "fetching" && state.data === undefined);
  await queryClient.invalidateQueries(filters);
  if (underWay.length === 0) return;
  await Promise.allSettled(underWay.map(({ promise }) => promise));
  await queryClient.invalidateQueries({
    ...filters,
    predicate: (query) => underWay.includes(query),
  });
}
