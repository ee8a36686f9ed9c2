import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { datasetsQuery } from "../../api/datasets.ts";
import { asProblem } from "../../api/problem.ts";
import { t } from "../../language/language.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ExploreIcon } from "../../ui/icons.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { PagePending } from "../PageStates.tsx";

type PageOfDataset = "/d/$datasetId/explore" | "/d/$datasetId/compare" | "/d/$datasetId/report";

export const ExploreChoice = () => <DatasetChoice to="/d/$datasetId/explore" />;
export const CompareChoice = () => <DatasetChoice to="/d/$datasetId/compare" />;
export const ReportChoice = () => <DatasetChoice to="/d/$datasetId/report" />;

/** A page of a dataset without one in the address: the newest readable one, or the way to add one. */
function DatasetChoice({ to }: { to: PageOfDataset }) {
  const datasets = useQuery(datasetsQuery);
  if (datasets.error) {
    return (
      <ProblemAlert problem={asProblem(datasets.error)} onRetry={() => void datasets.refetch()} />
    );
  }
  if (!datasets.data) return <PagePending />;
  const ready = datasets.data.items.find((dataset) => dataset.status === "ready");
  if (ready) return <Navigate to={to} params={{ datasetId: ready.id }} replace />;
  return (
    <EmptyState
      level={1}
      title={t("Nothing to explore yet")}
      icon={<ExploreIcon size={28} />}
      actions={<ButtonLink to="/">{t("Add a table")}</ButtonLink>}
    >
      {t(
        "Explore, Compare and Report are about the clusters of a table. Add one first; its clusters are found by themselves.",
      )}
    </EmptyState>
  );
}
