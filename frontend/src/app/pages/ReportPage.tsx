import { useDocumentTitle } from "@mantine/hooks";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { ReportIcon } from "../../ui/icons.tsx";
import { t } from "../../language/language.ts";

/** Says what Report will be and where results can be taken out today. */
export function ReportPage() {
  useDocumentTitle(`${t("Report")} · Fiedler`);
  return (
    <EmptyState
      level={1}
      title={t("Reports are not part of this version")}
      icon={<ReportIcon size={28} />}
      actions={<ButtonLink to="/explore">{t("Go to Explore")}</ButtonLink>}
    >
      {t(
        "This page will compose a report from views you pin. Today a result leaves the platform through Export in Explore: your table with a cluster column, as CSV or Parquet.",
      )}
    </EmptyState>
  );
}
