import { Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RunRead } from "../../api/contract.ts";
import { datasetsQuery } from "../../api/datasets.ts";
import { asProblem } from "../../api/problem.ts";
import { runsQuery } from "../../api/runs.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { RunsIcon } from "../../ui/icons.tsx";
import { formatAgo, formatCount, formatSeconds, formatTime } from "../../ui/numbers.ts";
import { ButtonLink, TextLink } from "../../ui/links.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { t } from "../../language/language.ts";

/** Every run of every dataset, newest first, each leading into Explore. */
export function RunsTable() {
  const runs = useQuery(runsQuery());
  if (runs.error) {
    return <ProblemAlert problem={asProblem(runs.error)} onRetry={() => void runs.refetch()} />;
  }
  if (!runs.data) return <Loader size="sm" color="gray" aria-label={t("Loading runs")} />;
  if (runs.data.items.length === 0) {
    return (
      <EmptyState
        title={t("No run yet")}
        icon={<RunsIcon size={28} />}
        actions={<ButtonLink to="/">{t("Add a table")}</ButtonLink>}
      >
        {t(
          "A run is one clustering of a table with its method and its number of clusters. The first one starts by itself when a table is added.",
        )}
      </EmptyState>
    );
  }
  return (
    <DataTable label={t("Runs")}>
      <thead>
        <tr>
          <th scope="col">{t("Run")}</th>
          <th scope="col">{t("Dataset")}</th>
          <th scope="col">{t("Method")}</th>
          <th scope="col" data-right>
            {t("Rows")}
          </th>
          <th scope="col" data-right>
            {t("Features")}
          </th>
          <th scope="col" data-right>
            k
          </th>
          <th scope="col" data-right>
            {t("Silhouette")}
          </th>
          <th scope="col" data-right>
            {t("Time")}
          </th>
          <th scope="col">{t("Created")}</th>
        </tr>
      </thead>
      <tbody>
        {runs.data.items.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </DataTable>
  );
}

function RunRow({ run }: { run: RunRead }) {
  const datasets = useQuery(datasetsQuery);
  const dataset = datasets.data?.items.find((one) => one.id === run.dataset_id);
  const seconds = Object.values(run.stage_seconds).reduce((sum, stage) => sum + stage, 0);
  const { silhouette, silhouette_sample_size: sampleSize } = run.partition;
  return (
    <tr>
      <td>
        <TextLink
          to="/d/$datasetId/explore"
          params={{ datasetId: run.dataset_id }}
          search={{ run: run.id }}
          fw={600}
        >
          {t("Run {number}", { number: run.number })}
        </TextLink>
      </td>
      <td>
        <TextLink to="/d/$datasetId" params={{ datasetId: run.dataset_id }} c="var(--fg)">
          {dataset?.name ?? t("dataset {dataset_id}", { dataset_id: run.dataset_id })}
        </TextLink>
        {run.right !== "own" && (
          <Text span c="var(--fg2)" fz="inherit">
            {" "}
            {t("of {owner}", { owner: run.owner })}
          </Text>
        )}
      </td>
      <td title={run.method_reason}>{t("Spectral, {method}", { method: run.method })}</td>
      <td data-right>{formatCount(run.n_rows)}</td>
      <td data-right>{formatCount(run.n_features)}</td>
      <td data-right>{run.n_clusters}</td>
      <td
        data-right
        title={t("On a sample of {sampleSize} rows", { sampleSize: formatCount(sampleSize) })}
      >
        {silhouette === null ? (
          <Text span c="dimmed">
            {t("none")}
          </Text>
        ) : (
          silhouette.toFixed(2)
        )}
      </td>
      <td data-right>{formatSeconds(seconds)}</td>
      <td title={formatTime(run.created_at)}>{formatAgo(run.created_at)}</td>
    </tr>
  );
}
