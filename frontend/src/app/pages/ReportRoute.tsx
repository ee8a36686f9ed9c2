import { useDocumentTitle } from "@mantine/hooks";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ReportPage } from "../../features/explorer/report/ReportPage.tsx";
import { t } from "../../language/language.ts";

/** The report on the run and number of clusters in the address. */
export function ReportRoute() {
  useDocumentTitle(`${t("Report")} · Fiedler`);
  const { datasetId } = useParams({ from: "/shell/d/$datasetId/report" });
  const { run, k } = useSearch({ from: "/shell/d/$datasetId/report" });
  const navigate = useNavigate({ from: "/d/$datasetId/report" });
  return (
    <ReportPage
      key={datasetId}
      datasetId={datasetId}
      runId={run}
      nClusters={k}
      onChoose={(runId, nClusters) =>
        void navigate({ search: { run: runId, k: nClusters }, replace: true })
      }
    />
  );
}
