import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { datasetsQuery } from "../../api/datasets.ts";
import { asProblem } from "../../api/problem.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ExploreIcon } from "../../ui/icons.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { PagePending } from "../PageStates.tsx";
import { t } from "../../language/language.ts";

/** Explore without a dataset in the address: the newest readable one, or the way to add one. */
export function ExploreChoice() {
  const datasets = useQuery(datasetsQuery);
  if (datasets.error) {
    return (
      <ProblemAlert problem={asProblem(datasets.error)} onRetry={() => void datasets.refetch()} />
    );
  }
  if (!datasets.data) return <PagePending />;
  const ready = datasets.data.items.find((dataset) => dataset.status === "ready");
  if (ready)
    return <Navigate to="/d/$datasetId/explore" params={{ datasetId: ready.id }} replace />;
  return (
    <EmptyState
      level={1}
      title={t("Nothing to explore yet")}
      icon={<ExploreIcon size={28} />}
      actions={<ButtonLink to="/">{t("Add a table")}</ButtonLink>}
    >
      {t(
        "Explore shows the clusters of a table. Add one first; its clusters appear here by themselves.",
      )}
    </EmptyState>
  );
}
