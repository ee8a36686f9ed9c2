// Where the bars and ribbons of a two-sided flow diagram lie.

export interface Bar {
  index: number;
  count: number;
  y: number;
  height: number;
}

export interface Ribbon {
  from: number;
  to: number;
  count: number;
  /** Outline from the right edge of the left bar to the left edge of the right one. */
  path: string;
}

export interface Sankey {
  left: Bar[];
  right: Bar[];
  ribbons: Ribbon[];
}

export interface Frame {
  /** Where ribbons leave and arrive. */
  x0: number;
  x1: number;
  height: number;
  /** Room between bars; less when there are many. */
  gap: number;
}

/** Lays out counts[from][to]: bars in their order, each as high as its rows, ribbons untangled at both ends. */
export function sankey(counts: readonly (readonly number[])[], frame: Frame): Sankey {
  const columns = counts[0]?.length ?? 0;
  const sumsLeft = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const sumsRight = Array.from({ length: columns }, (_, to) =>
    counts.reduce((sum, row) => sum + (row[to] ?? 0), 0),
  );
  const total = sumsLeft.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { left: [], right: [], ribbons: [] };
  const most = Math.max(sumsLeft.length, sumsRight.length);
  // Gaps may take up to two fifths of the height.
  const gap = Math.min(frame.gap, (0.4 * frame.height) / Math.max(1, most - 1));
  const scale = (frame.height - gap * (most - 1)) / total;
  const left = stack(sumsLeft, scale, gap, frame.height);
  const right = stack(sumsRight, scale, gap, frame.height);
  const leaving = left.map(({ y }) => y);
  const arriving = right.map(({ y }) => y);
  const ribbons: Ribbon[] = [];
  counts.forEach((row, from) => {
    row.forEach((count, to) => {
      if (count === 0) return;
      const height = count * scale;
      const [y0, y1] = [leaving[from] as number, arriving[to] as number];
      leaving[from] = y0 + height;
      arriving[to] = y1 + height;
      ribbons.push({ from, to, count, path: ribbon(frame.x0, y0, frame.x1, y1, height) });
    });
  });
  // Thin ones are drawn last, so that they are not lost under broad ones.
  return { left, right, ribbons: ribbons.toSorted((a, b) => b.count - a.count) };
}

function stack(sums: readonly number[], scale: number, gap: number, height: number): Bar[] {
  const used = sums.reduce((sum, count) => sum + count * scale, 0) + gap * (sums.length - 1);
  let y = (height - used) / 2;
  return sums.map((count, index) => {
    const bar = { index, count, y, height: count * scale };
    y += bar.height + gap;
    return bar;
  });
}

function ribbon(x0: number, y0: number, x1: number, y1: number, height: number): string {
  const middle = (x0 + x1) / 2;
  const [a, b, c, d] = [y0, y1, y1 + height, y0 + height].map((y) => y.toFixed(2));
  return `M${x0},${a}C${middle},${a} ${middle},${b} ${x1},${b}L${x1},${c}C${middle},${c} ${middle},${d} ${x0},${d}Z`;
}
