// The order of a sweep's table: by any column, runs without the figure last.
import type { SweepRun } from "../../../api/contract.ts";

/** A column of the table by what it shows of a run. */
export type Figure = (run: SweepRun) => string | number | null;

/** The runs in the order of a figure; of equals the earlier run first, those without it last. */
export function sorted(runs: readonly SweepRun[], figure: Figure, descending: boolean): SweepRun[] {
  const sign = descending ? -1 : 1;
  return runs.toSorted((first, second) => {
    const [one, other] = [figure(first), figure(second)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    if (one === other) return first.job_id - second.job_id;
    return sign * (one < other ? -1 : 1);
  });
}
