import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { DatasetRead, RunRead } from "../../api/contract.ts";
import { useImport } from "../../api/live.ts";
import { useMayEdit } from "../../api/rights.ts";
import { runsQuery } from "../../api/runs.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { JobProgress } from "../../ui/JobProgress.tsx";
import { formatAgo, formatBytes, formatCount, formatTime } from "../../ui/numbers.ts";
import { TextLink } from "../../ui/links.tsx";
import { DatasetActions } from "./DatasetActions.tsx";
import { t } from "../../language/language.ts";

/** All datasets, newest first, each with its last run. */
export function DatasetList({ datasets }: { datasets: readonly DatasetRead[] }) {
  const runs = useQuery(runsQuery());
  return (
    <DataTable label={t("Datasets")}>
      <thead>
        <tr>
          <th scope="col">{t("Name")}</th>
          <th scope="col" data-right>
            {t("Rows")}
          </th>
          <th scope="col" data-right>
            {t("Columns")}
          </th>
          <th scope="col" data-right>
            {t("Size")}
          </th>
          <th scope="col">{t("State")}</th>
          <th scope="col">{t("Last run")}</th>
          <th scope="col">{t("Added")}</th>
          <th scope="col">
            <span className="visually-hidden">{t("Actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {datasets.map((dataset) => (
          <DatasetRow
            key={dataset.id}
            dataset={dataset}
            // Runs come newest first.
            lastRun={runs.data?.items.find((run) => run.dataset_id === dataset.id)}
          />
        ))}
      </tbody>
    </DataTable>
  );
}

function DatasetRow({ dataset, lastRun }: { dataset: DatasetRead; lastRun: RunRead | undefined }) {
  const params = { datasetId: dataset.id };
  const mayEdit = useMayEdit(dataset.right);
  return (
    <tr>
      <td>
        <TextLink to="/d/$datasetId" params={params} fw={600} c="var(--fg)">
          {dataset.name}
        </TextLink>
        {dataset.right !== "own" && (
          <Text size="sm" c="var(--fg2)">
            {mayEdit
              ? t("shared with you by {owner}, to edit", { owner: dataset.owner })
              : t("shared with you by {owner}, to view", { owner: dataset.owner })}
          </Text>
        )}
      </td>
      <td data-right>{dataset.n_rows === null ? "" : formatCount(dataset.n_rows)}</td>
      <td data-right>{dataset.n_columns === null ? "" : formatCount(dataset.n_columns)}</td>
      <td data-right>{formatBytes(dataset.upload_bytes)}</td>
      <td>
        <DatasetState dataset={dataset} />
      </td>
      <td>
        {lastRun && (
          <TextLink to="/d/$datasetId/explore" params={params} search={{ run: lastRun.id }}>
            {t("Run {number} · k = {n_clusters}", {
              number: lastRun.number,
              n_clusters: lastRun.n_clusters,
            })}
          </TextLink>
        )}
      </td>
      <td title={formatTime(dataset.created_at)}>{formatAgo(dataset.created_at)}</td>
      <td data-right>
        <span style={{ display: "inline-flex", gap: 8, alignItems: "center" }}>
          {dataset.status === "ready" && (
            <TextLink to="/d/$datasetId/explore" params={params} fw={600}>
              {t("Explore")}
            </TextLink>
          )}
          <DatasetActions dataset={dataset} />
        </span>
      </td>
    </tr>
  );
}

function DatasetState({ dataset }: { dataset: DatasetRead }) {
  const job = useImport(dataset);
  if (dataset.status === "ready") return <Text c="var(--ok)">{t("Ready")}</Text>;
  if (dataset.status === "failed") {
    return (
      <Text c="var(--bad)" truncate maw={260} title={dataset.error?.detail}>
        {dataset.error?.title ?? t("Could not be read")}
      </Text>
    );
  }
  return job.data ? (
    <JobProgress job={job.data} compact />
  ) : (
    <Text c="dimmed">{t("Being read")}</Text>
  );
}
