// Marks in the browser's performance timeline from the click on a number of clusters to the first frame in the
// new colours, so that the time can be measured from outside ("fiedler:recolour").

const CLICK = "fiedler:recolour:click";
const RECOLOUR = "fiedler:recolour";

/** The user asked for another number of clusters. */
export function markRecolourClick(nClusters: number): void {
  performance.clearMarks?.(CLICK);
  performance.mark?.(CLICK, { detail: nClusters });
}

/** The first frame in the colours of `nClusters` has been drawn; one that was overtaken is not what was asked for. */
export function measureRecolour(nClusters: number): void {
  const click = performance.getEntriesByName?.(CLICK, "mark").at(-1) as PerformanceMark | undefined;
  if (click?.detail !== nClusters) return;
  performance.measure(RECOLOUR, { start: CLICK, detail: { nClusters } });
  performance.clearMarks(CLICK);
}
