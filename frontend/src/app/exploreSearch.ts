/** The view of Explore that a link restores; absent means the default. */
export interface ExploreSearch {
  /** Run id. */
  run?: number;
  /** Number of clusters shown. */
  k?: number;
  layout?: "features" | "embedding";
  dims?: 2 | 3;
  color?: "cluster" | "silhouette" | "none";
  /** Label of the isolated cluster. */
  sel?: number;
  dock?: "changes" | "labels";
  /** Run id and number of clusters that rows moved since. */
  since?: number;
  sinceK?: number;
  /** Column of known labels. */
  against?: string;
}

function whole(value: unknown, least: number): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= least
    ? number
    : undefined;
}

function oneOf<Choice extends string>(value: unknown, choices: readonly Choice[]) {
  return choices.find((choice) => choice === value);
}

/** Keeps what is understood of an address and drops the rest, so that an old link still opens. */
export function validateExploreSearch(search: Record<string, unknown>): ExploreSearch {
  const dims = whole(search.dims, 2);
  // Keys that are not understood are set to undefined: left out, the router would pass them on.
  return {
    run: whole(search.run, 1),
    k: whole(search.k, 1),
    layout: oneOf(search.layout, ["features", "embedding"]),
    dims: dims === 2 || dims === 3 ? dims : undefined,
    color: oneOf(search.color, ["cluster", "silhouette", "none"]),
    sel: whole(search.sel, 0),
    dock: oneOf(search.dock, ["changes", "labels"]),
    since: whole(search.since, 1),
    sinceK: whole(search.sinceK, 1),
    against: typeof search.against === "string" ? search.against : undefined,
  };
}
