import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { PartitionRead } from "../../api/contract.ts";
import { clusterConfidenceQuery } from "../../api/rowValues.ts";

/** A cut that is only passed through is not asked about, milliseconds. */
const LOOKED_AT_MS = 1200;

export interface ClusterConfidence {
  /** 0 to 1 by label; null where it was not measured. */
  means: readonly (number | null)[];
  /** What it was measured against. */
  basis: string;
}

/** How surely the rows of each cluster belong to it, once a cut is looked at; null before. */
export function useClusterConfidence(partition: PartitionRead): ClusterConfidence | null {
  const [lookedAt] = useDebouncedValue(partition.key, LOOKED_AT_MS);
  const { data } = useQuery({
    ...clusterConfidenceQuery(partition),
    enabled: lookedAt === partition.key,
  });
  if (!data?.cluster_means) return null;
  return { means: data.cluster_means, basis: data.basis };
}
