// How many points to draw next. A frame that must come at once draws a prefix (rows are shuffled, so a prefix
// is a fair sample); what is left follows in slices. Both sizes follow the measured time, so the same code
// serves a graphics card and a software renderer.

export interface Slice {
  start: number;
  count: number;
  /** Show the picture after this slice: at the prefix, whenever the drawn share doubled, and at the end. */
  present: boolean;
}

interface Pace {
  /** Time a slice may take, milliseconds. */
  budgetMs: number;
  /** Below this many points the fixed cost of a frame dominates. */
  minimum: number;
  /** Points of the next slice. */
  size: number;
}

export class ProgressiveSchedule {
  private cursor = 0;
  private presented = 0;
  /** The frame that shows a movement or a change of colours. */
  private readonly prefix: Pace = { budgetMs: 30, minimum: 16_384, size: 32_768 };
  /** What completes the picture; a new movement waits for one of these at most. */
  private readonly rest: Pace = { budgetMs: 100, minimum: 49_152, size: 131_072 };

  /** Points the next prefix may hold. */
  get prefixSize(): number {
    return Math.round(this.prefix.size);
  }

  /** Points drawn since the last restart. */
  get drawn(): number {
    return this.cursor;
  }

  /** Start the picture anew: camera, colours or selection changed. */
  restart(): void {
    this.cursor = 0;
    this.presented = 0;
  }

  /** The next slice of `total` points, or null when all are drawn. */
  next(total: number): Slice | null {
    if (this.cursor >= total) return null;
    const start = this.cursor;
    const { size } = start === 0 ? this.prefix : this.rest;
    const left = total - start;
    // A rest smaller than half a slice rides along instead of costing a frame of its own; the prefix is the
    // frame somebody waits for, so little may ride on it.
    const count = left < size * (start === 0 ? 1.1 : 1.5) ? left : Math.round(size);
    this.cursor = start + count;
    const present = this.cursor === total || this.cursor >= 2 * this.presented;
    if (present) this.presented = this.cursor;
    return { start, count, present };
  }

  /** Learn from a drawn slice: grow while there is room, shrink in proportion when it took too long. */
  record({ start, count }: Slice, elapsedMs: number): void {
    const pace = start === 0 ? this.prefix : this.rest;
    if (elapsedMs > pace.budgetMs) {
      const factor = Math.max(0.25, pace.budgetMs / elapsedMs);
      pace.size = Math.max(pace.minimum, Math.min(pace.size, count) * factor);
    } else if (elapsedMs < 0.6 * pace.budgetMs && count >= pace.size * 0.9) {
      pace.size *= 1.5;
    }
  }
}
