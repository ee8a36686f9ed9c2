import { Box, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { datasetQuery } from "../../api/datasets.ts";

/** The one screen: cluster, see, explain, correct. */
export function ExplorerPage({ datasetId }: { datasetId: number }) {
  const dataset = useQuery(datasetQuery(datasetId));
  const search = useSearch({ from: "/shell/d/$datasetId/explore" });
  return (
    <Box p="xl">
      <Title order={1}>{dataset.data?.name}</Title>
      {search.run !== undefined && <p>Run {search.run}</p>}
    </Box>
  );
}
