import { createContext, useContext } from "react";
import { formatCount } from "../../ui/numbers.ts";
import { EXCLUDED } from "../../api/edits.ts";
import type { PartitionRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";

/** The number that exports, the library and the command line give a cluster; or that it is none. */
export function numberedName(label: number): string {
  return label === EXCLUDED ? t("Excluded") : t("Cluster {label}", { label });
}

/** What the clusters of a partition are called: by the names they were given, else by their numbers. */
export function clusterNamesOf(partition: PartitionRead | undefined): (label: number) => string {
  return (label) => partition?.clusters[label]?.name ?? numberedName(label);
}

/** How the clusters on the screen are called. */
export const ClusterNames = createContext<(label: number) => string>(numberedName);

/** A function from labels to the names of the clusters on the screen. */
export function useClusterName(): (label: number) => string {
  return useContext(ClusterNames);
}

/** 248123 -> "248,123"; 1500000 -> "1.5M"; for places with room for seven letters. */
export function shortCount(count: number): string {
  if (count < 1_000_000) return formatCount(count);
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** "0.51", "−0.02", or a dash when it was not measured. */
export function silhouetteText(value: number | null): string {
  if (value === null) return "–";
  return value.toFixed(2).replace("-", "−");
}
