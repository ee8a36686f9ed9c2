// How many points to draw next. A frame that must come at once draws a prefix (rows are shuffled, so a prefix
// is a fair sample); what is left follows in slices. Both sizes follow the measured time, so the same code
// serves a graphics card and a software renderer.

export interface Slice {
  start: number;
  count: number;
}

export interface ScheduleLimits {
  /** Time a slice may take, milliseconds. */
  budgetMs: number;
  /** Smallest slice: below it the fixed cost of a frame dominates. */
  minimum: number;
  /** First guess before anything was measured. */
  initial: number;
}

const DEFAULTS: ScheduleLimits = { budgetMs: 50, minimum: 16_384, initial: 65_536 };

export class ProgressiveSchedule {
  private size: number;
  private cursor = 0;

  constructor(private readonly limits: ScheduleLimits = DEFAULTS) {
    this.size = limits.initial;
  }

  /** Points the next slice may hold. */
  get sliceSize(): number {
    return Math.round(this.size);
  }

  /** Points drawn since the last restart. */
  get drawn(): number {
    return this.cursor;
  }

  /** Start the picture anew: camera, colours or selection changed. */
  restart(): void {
    this.cursor = 0;
  }

  /** The next slice of `total` points, or null when all are drawn. */
  next(total: number): Slice | null {
    if (this.cursor >= total) return null;
    const start = this.cursor;
    const left = total - start;
    // A rest smaller than half a slice rides along instead of costing a frame of its own.
    const count = left < this.size * 1.5 ? left : this.sliceSize;
    this.cursor = start + count;
    return { start, count };
  }

  /** Learn from a drawn slice: grow while there is room, shrink in proportion when it took too long. */
  record(count: number, elapsedMs: number): void {
    const { budgetMs, minimum } = this.limits;
    if (elapsedMs > budgetMs) {
      const factor = Math.max(0.25, budgetMs / elapsedMs);
      this.size = Math.max(minimum, Math.min(this.size, count) * factor);
    } else if (elapsedMs < 0.6 * budgetMs && count >= this.size * 0.9) {
      this.size *= 1.5;
    }
  }
}
