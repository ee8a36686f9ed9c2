/** Name of the cluster with this label: the number that exports, the library and the command line give it. */
export function clusterName(label: number): string {
  return `Cluster ${label}`;
}

/** 248123 -> "248,123"; 1500000 -> "1.5M"; for places with room for seven letters. */
export function shortCount(count: number): string {
  if (count < 1_000_000) return count.toLocaleString("en-US");
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** "0.51", "−0.02", or a dash when it was not measured. */
export function silhouetteText(value: number | null): string {
  if (value === null) return "–";
  return value.toFixed(2).replace("-", "−");
}
