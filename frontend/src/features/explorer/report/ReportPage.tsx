import { useQuery } from "@tanstack/react-query";
import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import { datasetQuery } from "../../../api/datasets.ts";
import { asProblem } from "../../../api/problem.ts";
import { runsQuery } from "../../../api/runs.ts";
import { t } from "../../../language/language.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { ButtonLink } from "../../../ui/links.tsx";
import { PageFrame } from "../../../ui/PageFrame.tsx";
import { ProblemAlert } from "../../../ui/ProblemAlert.tsx";
import { partitionAheadQuery } from "../partitions.ts";
import { ReportSheet } from "./ReportSheet.tsx";

interface ReportPageProps {
  datasetId: number;
  /** Of which run and number of clusters; undefined is what was made and shown last. */
  runId: number | undefined;
  nClusters: number | undefined;
  onChoose: (runId: number, nClusters: number) => void;
}

/** One page that defends an answer: what data, what method, why so many clusters, what each is, how sure. */
export function ReportPage({ datasetId, runId, nClusters, onChoose }: ReportPageProps) {
  const dataset = useQuery(datasetQuery(datasetId));
  const runs = useQuery(runsQuery(datasetId));
  const problem = dataset.error ?? runs.error;
  if (problem) {
    const retry = () => void Promise.all([dataset.refetch(), runs.refetch()]);
    return <Problem problem={problem} onRetry={retry} />;
  }
  if (!dataset.data || !runs.data) return <Waiting />;
  const run = runs.data.items.find(({ id }) => runId === undefined || id === runId);
  if (!run) return <NothingToReport datasetId={datasetId} />;
  return (
    <ReportOfRun
      dataset={dataset.data}
      run={run}
      runs={runs.data.items}
      nClusters={Math.min(nClusters ?? run.n_clusters, run.max_clusters)}
      onChoose={onChoose}
    />
  );
}

interface ReportOfRunProps {
  dataset: DatasetRead;
  run: RunRead;
  runs: readonly RunRead[];
  nClusters: number;
  onChoose: (runId: number, nClusters: number) => void;
}

function ReportOfRun({ dataset, run, runs, nClusters, onChoose }: ReportOfRunProps) {
  const { data, error, refetch } = useQuery(partitionAheadQuery(run, nClusters));
  if (error) return <Problem problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <ReportSheet
      key={data.partition.key}
      dataset={dataset}
      run={run}
      runs={runs}
      loaded={data}
      onChoose={onChoose}
    />
  );
}

function Problem({ problem, onRetry }: { problem: Error; onRetry: () => void }) {
  return (
    <PageFrame title={t("Report")}>
      <ProblemAlert problem={asProblem(problem)} onRetry={onRetry} />
    </PageFrame>
  );
}

function Waiting() {
  return (
    <PageFrame title={t("Report")}>
      <p role="status">{t("Loading the run…")}</p>
    </PageFrame>
  );
}

function NothingToReport({ datasetId }: { datasetId: number }) {
  return (
    <EmptyState
      level={1}
      title={t("Nothing to report yet")}
      actions={
        <ButtonLink to="/d/$datasetId/explore" params={{ datasetId }}>
          {t("Explore")}
        </ButtonLink>
      }
    >
      {t(
        "A report tells of one run of this table. Cluster the table first, or open an address with a run that exists.",
      )}
    </EmptyState>
  );
}
