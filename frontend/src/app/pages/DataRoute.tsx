import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { DataPage } from "../../features/datasets/DataPage.tsx";

/** The Data page, with the ways to Explore and to a dataset. */
export function DataRoute() {
  const navigate = useNavigate();
  const explore = useCallback(
    (datasetId: number) => void navigate({ to: "/d/$datasetId/explore", params: { datasetId } }),
    [navigate],
  );
  const details = useCallback(
    (datasetId: number) => void navigate({ to: "/d/$datasetId", params: { datasetId } }),
    [navigate],
  );
  return <DataPage onExplore={explore} onDetails={details} />;
}
