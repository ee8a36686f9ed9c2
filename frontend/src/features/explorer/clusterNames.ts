/** Name of the cluster with this label: the number that exports, the library and the command line give it. */
export function clusterName(label: number): string {
  return `Cluster ${label}`;
}

/** 1234 -> "1,234"; 248123 -> "248k"; for places with room for five letters. */
export function shortCount(count: number): string {
  if (count < 10_000) return count.toLocaleString("en-US");
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** "0.51", "−0.02", or a dash when it was not measured. */
export function silhouetteText(value: number | null): string {
  if (value === null) return "–";
  return value.toFixed(2).replace("-", "−");
}
