import { Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearch } from "@tanstack/react-router";
import { asProblem } from "../../api/problem.ts";
import { openLink } from "../../api/sharing.ts";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { t } from "../../language/language.ts";

/** Where a link that somebody shared leads: takes what it gives, then goes there. */
export function ShareRoute() {
  useDocumentTitle(`${t("Shared with you")} · Fiedler`);
  const { token } = useSearch({ from: "/shell/share" });
  // A query, not a mutation in an effect: it is asked once however often React mounts the page.
  const opened = useQuery({
    queryKey: ["share-link", token],
    queryFn: () => openLink(token ?? ""),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (opened.data) {
    const { dataset_id: datasetId, run_id: run } = opened.data;
    const params = { datasetId };
    if (run === null) return <Navigate to="/d/$datasetId" params={params} replace />;
    return <Navigate to="/d/$datasetId/explore" params={params} search={{ run }} replace />;
  }
  return (
    <PageFrame title={t("Shared with you")}>
      {opened.error ? (
        <ProblemAlert problem={asProblem(opened.error)} />
      ) : (
        <Loader size="sm" color="gray" aria-label={t("Opening the link")} />
      )}
    </PageFrame>
  );
}
