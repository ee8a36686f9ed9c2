import { useDocumentTitle } from "@mantine/hooks";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ComparePage } from "../../features/explorer/compare/ComparePage.tsx";
import { t } from "../../language/language.ts";

/** Compare for the dataset in the address; the cuts are in the address too. */
export function CompareRoute() {
  useDocumentTitle(`${t("Compare")} · Fiedler`);
  const { datasetId } = useParams({ from: "/shell/d/$datasetId/compare" });
  const { cuts } = useSearch({ from: "/shell/d/$datasetId/compare" });
  const navigate = useNavigate({ from: "/d/$datasetId/compare" });
  return (
    <ComparePage
      key={datasetId}
      datasetId={datasetId}
      cuts={cuts}
      onCuts={(next) => void navigate({ search: { cuts: next }, replace: true })}
    />
  );
}
