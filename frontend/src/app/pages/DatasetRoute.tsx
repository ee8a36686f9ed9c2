import { useNavigate, useParams } from "@tanstack/react-router";
import { DatasetPage } from "../../features/datasets/DatasetPage.tsx";

/** The dataset in the address. */
export function DatasetRoute() {
  const { datasetId } = useParams({ from: "/shell/d/$datasetId" });
  const navigate = useNavigate();
  return (
    <DatasetPage
      key={datasetId}
      datasetId={datasetId}
      onExplore={(id) => void navigate({ to: "/d/$datasetId/explore", params: { datasetId: id } })}
      onDeleted={() => void navigate({ to: "/" })}
    />
  );
}
