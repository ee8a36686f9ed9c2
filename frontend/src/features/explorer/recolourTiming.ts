// Marks in the browser's performance timeline from the click on a number of clusters to the first frame in the
// new colours, so that the time can be measured from outside ("fiedler:recolour").

const CLICK = "fiedler:recolour:click";
const RECOLOUR = "fiedler:recolour";

/** The user asked for another number of clusters. */
export function markRecolourClick(): void {
  performance.clearMarks?.(CLICK);
  performance.mark?.(CLICK);
}

/** The first frame in the new colours has been drawn. */
export function measureRecolour(nClusters: number): void {
  if (!performance.getEntriesByName || performance.getEntriesByName(CLICK, "mark").length === 0)
    return;
  performance.measure(RECOLOUR, { start: CLICK, detail: { nClusters } });
  performance.clearMarks(CLICK);
}
