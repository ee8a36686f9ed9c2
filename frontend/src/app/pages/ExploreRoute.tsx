import { useParams } from "@tanstack/react-router";
import { ExplorerPage } from "../../features/explorer/ExplorerPage.tsx";

/** Explore for the dataset in the address; another dataset starts from a fresh screen. */
export function ExploreRoute() {
  const { datasetId } = useParams({ from: "/shell/d/$datasetId/explore" });
  return <ExplorerPage key={datasetId} datasetId={datasetId} />;
}
