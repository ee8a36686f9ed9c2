const LAYOUTS = ["features", "embedding", "umap", "tsne", "columns"] as const;
const COLOURS = ["cluster", "silhouette", "confidence", "stability", "column", "none"] as const;

/** The view of Explore that a link restores; absent means the default. */
export interface ExploreSearch {
  /** Run id. */
  run?: number;
  /** Number of clusters shown. */
  k?: number;
  layout?: (typeof LAYOUTS)[number];
  /** Columns that are the axes of the layout "columns". */
  x?: string;
  y?: string;
  dims?: 2 | 3;
  color?: (typeof COLOURS)[number];
  /** Column that rows are coloured by. */
  by?: string;
  /** Label of the isolated cluster. */
  sel?: number;
  dock?: "changes" | "labels";
  /** Run id and number of clusters that rows moved since. */
  since?: number;
  sinceK?: number;
  /** Column of known labels. */
  against?: string;
}

/** A whole number of an address, or undefined. */
export function wholeNumber(value: unknown, least: number): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= least
    ? number
    : undefined;
}

function oneOf<Choice extends string>(value: unknown, choices: readonly Choice[]) {
  return choices.find((choice) => choice === value);
}

/** Columns may have names that read as numbers. */
function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** Keeps what is understood of an address and drops the rest, so that an old link still opens. */
export function validateExploreSearch(search: Record<string, unknown>): ExploreSearch {
  const dims = wholeNumber(search.dims, 2);
  // Keys that are not understood are set to undefined: left out, the router would pass them on.
  return {
    run: wholeNumber(search.run, 1),
    k: wholeNumber(search.k, 1),
    layout: oneOf(search.layout, LAYOUTS),
    x: text(search.x),
    y: text(search.y),
    dims: dims === 2 || dims === 3 ? dims : undefined,
    color: oneOf(search.color, COLOURS),
    by: text(search.by),
    sel: wholeNumber(search.sel, 0),
    dock: oneOf(search.dock, ["changes", "labels"]),
    since: wholeNumber(search.since, 1),
    sinceK: wholeNumber(search.sinceK, 1),
    against: text(search.against),
  };
}
