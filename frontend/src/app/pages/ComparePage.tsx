import { Group } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { runsQuery } from "../../api/runs.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { CompareIcon } from "../../ui/icons.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { t } from "../../language/language.ts";

/** Says what Compare needs and leads to what exists: the runs themselves. */
export function ComparePage() {
  useDocumentTitle(`${t("Compare")} · Fiedler`);
  const runs = useQuery(runsQuery());
  const count = runs.data?.items.length;
  return (
    <EmptyState
      level={1}
      title={t("Comparing runs is not part of this version")}
      icon={<CompareIcon size={28} />}
      actions={
        <Group gap="sm">
          <ButtonLink to="/runs">{t("See all runs")}</ButtonLink>
        </Group>
      }
    >
      {t(
        "This page will lay two runs of one dataset side by side: which rows moved between clusters, with matched colours. Until then the table of runs shows method, k and silhouette of each.",
      )}
      {count !== undefined &&
        t(" You have {count, plural, one {# run} other {# runs}} so far.", { count })}
    </EmptyState>
  );
}
