// Keeping colours when the number of clusters changes: new clusters take the palette slots of the old clusters
// they overlap most, by an optimal assignment.

/** Rows shared by old cluster i and new cluster j, at [i * newCount + j]; labels must be row-aligned. */
export function overlapTable(
  before: Uint16Array,
  after: Uint16Array,
  oldCount: number,
  newCount: number,
): Float64Array {
  const table = new Float64Array(oldCount * newCount);
  const rows = Math.min(before.length, after.length);
  for (let row = 0; row < rows; row++) {
    const from = before[row] as number;
    const to = after[row] as number;
    // Rows that were excluded are in no cluster.
    if (from >= oldCount || to >= newCount) continue;
    const cell = from * newCount + to;
    table[cell] = (table[cell] as number) + 1;
  }
  return table;
}

/**
 * For each of `rows` rows the column it is paired with, so that the sum of `weights` (row by row) is largest.
 *
 * Hungarian method with potentials and shortest augmenting paths, O(rows² · columns). Needs rows ≤ columns.
 * Kuhn (1955); Jonker and Volgenant (1987).
 */
export function assignLargest(weights: Float64Array, rows: number, columns: number): number[] {
  if (rows > columns) {
    throw new RangeError(
      `${rows} rows and ${columns} columns: needs at least as many columns; transpose.`,
    );
  }
  // Index 0 is a sentinel: row 0 is the row being placed, column 0 its start.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const cameFrom = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    let column = 0;
    const slack = new Float64Array(columns + 1).fill(Infinity);
    const settled = new Uint8Array(columns + 1);
    do {
      settled[column] = 1;
      const current = rowOf[column] as number;
      let step = Infinity;
      let nearest = 0;
      for (let j = 1; j <= columns; j++) {
        if (settled[j]) continue;
        const cost = -(weights[(current - 1) * columns + j - 1] as number);
        const reduced = cost - (rowPotential[current] as number) - (columnPotential[j] as number);
        if (reduced < (slack[j] as number)) {
          slack[j] = reduced;
          cameFrom[j] = column;
        }
        if ((slack[j] as number) < step) {
          step = slack[j] as number;
          nearest = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (settled[j]) {
          const r = rowOf[j] as number;
          rowPotential[r] = (rowPotential[r] as number) + step;
          columnPotential[j] = (columnPotential[j] as number) - step;
        } else slack[j] = (slack[j] as number) - step;
      }
      column = nearest;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const previous = cameFrom[column] as number;
      rowOf[column] = rowOf[previous] as number;
      column = previous;
    }
  }
  const result = Array.from({ length: rows }, () => -1);
  for (let j = 1; j <= columns; j++) if (rowOf[j]) result[(rowOf[j] as number) - 1] = j - 1;
  return result;
}

/** What the map shows: labels by row and the palette slot of each label. */
export interface Colouring {
  labels: Uint16Array;
  slots: readonly number[];
}

/** Slots for `newCount` clusters of `labels`, changing as little as possible from `before`. */
export function matchSlots(
  before: Colouring | null,
  labels: Uint16Array,
  newCount: number,
): number[] {
  if (!before || before.labels.length !== labels.length) return [...Array(newCount).keys()];
  const oldCount = before.slots.length;
  const columns = Math.max(oldCount, newCount);
  const overlap = overlapTable(before.labels, labels, oldCount, newCount);
  const weights = new Float64Array(newCount * columns);
  for (let i = 0; i < oldCount; i++) {
    for (let j = 0; j < newCount; j++) {
      weights[j * columns + i] = overlap[i * newCount + j] as number;
    }
  }
  const partner = assignLargest(weights, newCount, columns);
  const slots = partner.map((old, label) =>
    old < oldCount && (weights[label * columns + old] as number) > 0
      ? (before.slots[old] as number)
      : -1,
  );
  const taken = new Set(slots);
  let free = 0;
  return slots.map((slot) => {
    if (slot >= 0) return slot;
    while (taken.has(free)) free++;
    taken.add(free);
    return free;
  });
}
