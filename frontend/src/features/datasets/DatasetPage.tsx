import { Button, Group, Loader, Stack, Tabs, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DatasetRead } from "../../api/contract.ts";
import { datasetQuery } from "../../api/datasets.ts";
import { useImport } from "../../api/live.ts";
import { asProblem } from "../../api/problem.ts";
import { useMayEdit } from "../../api/rights.ts";
import { JobProgress } from "../../ui/JobProgress.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { formatBytes, formatTime } from "../../ui/numbers.ts";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { ColumnTable } from "./ColumnTable.tsx";
import { DatasetActions } from "./DatasetActions.tsx";
import { ImportNotes } from "./ImportNotes.tsx";
import { ImportPlanForm } from "./ImportPlanForm.tsx";
import { PreviewTable } from "./PreviewTable.tsx";
import { t } from "../../language/language.ts";

interface DatasetPageProps {
  datasetId: number;
  onExplore: (datasetId: number) => void;
  onDeleted: () => void;
}

/** One dataset: its columns, its first rows, how it was read and how to read it otherwise. */
export function DatasetPage({ datasetId, onExplore, onDeleted }: DatasetPageProps) {
  const query = useQuery(datasetQuery(datasetId));
  const dataset = query.data;
  useDocumentTitle(`${dataset?.name ?? t("Dataset")} · Fiedler`);
  const job = useImport(dataset);
  if (query.error) {
    return (
      <PageFrame title={t("Dataset")}>
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()}>
          <ButtonLink to="/">{t("Go to Data")}</ButtonLink>
        </ProblemAlert>
      </PageFrame>
    );
  }
  if (!dataset) {
    return (
      <PageFrame title={t("Dataset")}>
        <Loader size="sm" color="gray" aria-label={t("Loading the dataset")} />
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title={dataset.name}
      actions={
        <>
          {dataset.status === "ready" && (
            <Button onClick={() => onExplore(datasetId)}>{t("Explore")}</Button>
          )}
          <DatasetActions dataset={dataset} onDeleted={onDeleted} />
        </>
      }
    >
      <Stack gap="lg">
        <Facts dataset={dataset} />
        {dataset.status === "importing" && job.data && <JobProgress job={job.data} />}
        {dataset.status !== "importing" && dataset.error && (
          <ProblemAlert problem={dataset.error}>
            {dataset.status === "ready" ? (
              <Text>{t("The table stays as it was read before.")}</Text>
            ) : (
              <ButtonLink to="/">{t("Upload another file")}</ButtonLink>
            )}
          </ProblemAlert>
        )}
        <DatasetTabs dataset={dataset} />
      </Stack>
    </PageFrame>
  );
}

function Facts({ dataset }: { dataset: DatasetRead }) {
  const mayEdit = useMayEdit(dataset.right);
  return (
    <Text c="var(--fg2)" className="num">
      {dataset.n_rows !== null &&
        t("{count, plural, one {# row} other {# rows}} · ", { count: dataset.n_rows })}
      {dataset.n_columns !== null &&
        t("{count, plural, one {# column} other {# columns}} · ", { count: dataset.n_columns })}
      {t("{original_name} · {upload_bytes} · added {created_at}", {
        original_name: dataset.original_name,
        upload_bytes: formatBytes(dataset.upload_bytes),
        created_at: formatTime(dataset.created_at),
      })}
      {dataset.right !== "own" &&
        (mayEdit
          ? t(" · shared with you by {owner}, to edit", { owner: dataset.owner })
          : t(" · shared with you by {owner}, to view", { owner: dataset.owner }))}
      {dataset.expires_at !== null &&
        t(" · kept until {expires_at}", { expires_at: formatTime(dataset.expires_at) })}
    </Text>
  );
}

function DatasetTabs({ dataset }: { dataset: DatasetRead }) {
  const [tab, setTab] = useState<string | null>("columns");
  const ready = dataset.status === "ready";
  const notes = dataset.import_report?.notes ?? [];
  const plan = dataset.import_plan;
  const mayEdit = useMayEdit(dataset.right);
  return (
    <Tabs value={ready ? tab : "reading"} onChange={setTab} keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="columns" disabled={!ready}>
          {t("Columns")}
        </Tabs.Tab>
        <Tabs.Tab value="rows" disabled={!ready}>
          {t("First rows")}
        </Tabs.Tab>
        <Tabs.Tab value="reading">
          {t("How it was read")}
          {notes.length > 0
            ? t(" ({count, plural, one {# note} other {# notes}})", { count: notes.length })
            : ""}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="columns">
        <ColumnTable columns={dataset.columns} nRows={dataset.n_rows ?? 0} />
      </Tabs.Panel>
      <Tabs.Panel value="rows">
        <PreviewTable datasetId={dataset.id} />
      </Tabs.Panel>
      <Tabs.Panel value="reading">
        <Group align="flex-start" gap={48} wrap="wrap">
          <Stack gap="sm" flex="0 1 420px">
            <Title order={2} size="h3">
              {t("Import settings")}
            </Title>
            {!mayEdit ? (
              <Text c="var(--fg2)">
                {t("You may look at this table; reading it otherwise takes the right to edit it.")}
              </Text>
            ) : plan ? (
              <ImportPlanForm key={JSON.stringify(plan)} dataset={dataset} plan={plan} />
            ) : (
              <Text c="var(--fg2)">
                {dataset.status === "failed"
                  ? t("No way to read this file was found, so there are no settings to change.")
                  : t(
                      "The settings are found when the file has been looked at; there are none yet.",
                    )}
              </Text>
            )}
          </Stack>
          {ready && (
            <Stack gap="sm" flex="1 1 380px" miw={0}>
              <Title order={2} size="h3">
                {t("Notes of the import")}
              </Title>
              <ImportNotes notes={notes} />
              <Title order={2} size="h3" mt="md">
                {t("As it is read now")}
              </Title>
              <PreviewTable datasetId={dataset.id} limit={10} />
            </Stack>
          )}
        </Group>
      </Tabs.Panel>
    </Tabs>
  );
}
