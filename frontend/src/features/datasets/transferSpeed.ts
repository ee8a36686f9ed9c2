/** How many bytes had been sent at a time in milliseconds. */
export interface TransferSample {
  time: number;
  bytes: number;
}

const WINDOW_MS = 3_000;

/** Adds a sample and drops those older than three seconds, keeping at least two. */
export function withSample(samples: readonly TransferSample[], sample: TransferSample) {
  const recent = samples.filter((kept) => sample.time - kept.time <= WINDOW_MS);
  return [...(recent.length > 0 ? recent : samples.slice(-1)), sample];
}

/** Bytes a second over the samples, or null while two different times are not known. */
export function transferSpeed(samples: readonly TransferSample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.time <= first.time) return null;
  return ((last.bytes - first.bytes) * 1000) / (last.time - first.time);
}
