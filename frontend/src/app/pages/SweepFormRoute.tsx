import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { SweepFormPage } from "../../features/explorer/sweep/SweepFormPage.tsx";

/** The form of a sweep over the dataset in the address. */
export function SweepFormRoute() {
  const { datasetId } = useParams({ from: "/shell/d/$datasetId/sweep" });
  const { run } = useSearch({ from: "/shell/d/$datasetId/sweep" });
  const navigate = useNavigate();
  return (
    <SweepFormPage
      key={`${datasetId} ${run}`}
      datasetId={datasetId}
      runId={run}
      onStarted={(sweepId) => void navigate({ to: "/sweeps/$sweepId", params: { sweepId } })}
    />
  );
}
