// A selection of table rows, and what it is made of.

export interface Selection {
  /** One byte per table row: 1 selected. */
  mask: Uint8Array;
  /** The selected rows, ascending. */
  rows: Uint32Array;
}

/** The selection a mask stands for, or null when it holds no row. */
export function selectionFromMask(mask: Uint8Array): Selection | null {
  let count = 0;
  for (let row = 0; row < mask.length; row++) count += mask[row] as number;
  if (count === 0) return null;
  const rows = new Uint32Array(count);
  for (let row = 0, next = 0; row < mask.length; row++) if (mask[row]) rows[next++] = row;
  return { mask, rows };
}

/** All rows of one cluster. */
export function selectCluster(labels: Uint16Array, label: number): Selection | null {
  return selectionFromMask(Uint8Array.from(labels, (value) => (value === label ? 1 : 0)));
}

export interface SelectionPart {
  label: number;
  count: number;
  /** Of the selection, 0 to 1. */
  ofSelection: number;
  /** Of the cluster, 0 to 1. */
  ofCluster: number;
}

/** How a selection spreads over the clusters, largest part first; excluded rows are in none. */
export function composition(
  selection: Selection,
  labels: Uint16Array,
  sizes: readonly number[],
): SelectionPart[] {
  const counts = new Uint32Array(sizes.length);
  for (const row of selection.rows) {
    const label = labels[row] as number;
    if (label < counts.length) counts[label] = (counts[label] as number) + 1;
  }
  return Array.from(counts, (count, label) => ({
    label,
    count,
    ofSelection: count / selection.rows.length,
    ofCluster: count / Math.max(sizes[label] as number, 1),
  }))
    .filter((part) => part.count > 0)
    .toSorted((a, b) => b.count - a.count);
}
