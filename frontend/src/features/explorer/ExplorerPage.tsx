import { Button, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import type { DatasetRead, RunRead } from "../../api/contract.ts";
import { datasetQuery } from "../../api/datasets.ts";
import { isFinished } from "../../api/jobWords.ts";
import { useJob, useJobs } from "../../api/live.ts";
import { ApiProblem, asProblem } from "../../api/problem.ts";
import { runQuery, runsQuery } from "../../api/runs.ts";
import { isNumeric } from "./ColumnChooser.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { Explorer } from "./Explorer.tsx";
import { ExplorerHeader } from "./ExplorerHeader.tsx";
import classes from "./explorer.module.css";
import { useExploreView } from "./exploreView.ts";
import { JobStages } from "./JobStages.tsx";
import { MethodPanel } from "./MethodPanel.tsx";
import { t } from "../../language/language.ts";

/** The one screen: cluster, see, choose the number of clusters, select rows, export. */
export function ExplorerPage({ datasetId }: { datasetId: number }) {
  const dataset = useQuery(datasetQuery(datasetId));
  if (dataset.isPending) return <Waiting>{t("Loading the table…")}</Waiting>;
  if (dataset.error) {
    return (
      <Problem>
        <ProblemAlert problem={asProblem(dataset.error)} onRetry={() => void dataset.refetch()}>
          <Button component={Link} to="/">
            {t("Go to Data")}
          </Button>
        </ProblemAlert>
      </Problem>
    );
  }
  if (dataset.data.status === "importing") return <Importing dataset={dataset.data} />;
  if (dataset.data.status === "failed") return <ImportFailed dataset={dataset.data} />;
  return <Ready dataset={dataset.data} />;
}

/** The table is there: show its run, or what stands between it and its first run. */
function Ready({ dataset }: { dataset: DatasetRead }) {
  const [view, changeView] = useExploreView();
  const runs = useQuery(runsQuery(dataset.id));
  const listed = runs.data?.items ?? [];
  const inList = view.run === undefined ? listed[0] : listed.find(({ id }) => id === view.run);
  // A link may name a run that the list does not hold any more.
  const single = useQuery({
    ...runQuery(view.run ?? 0),
    enabled: view.run !== undefined && runs.isSuccess && !inList,
  });
  const elsewhere = single.data !== undefined && single.data.dataset_id !== dataset.id;
  const run = inList ?? (elsewhere ? undefined : single.data);
  const jobs = useJobs({ datasetId: dataset.id, limit: 20 });
  const fits = (jobs.data?.items ?? []).filter(({ kind }) => kind === "fit");
  const running = fits.find((job) => !isFinished(job));
  const current = useJob(running?.id).data;
  const job = current && !isFinished(current) ? current : undefined;
  const [latest] = fits;
  const failure = runs.error ?? single.error ?? (elsewhere ? notOfDataset(dataset) : null);
  useRefetchFor(
    latest?.status === "succeeded" ? latest.run_id : null,
    listed,
    () => void runs.refetch(),
  );

  const method = (
    <MethodPanel
      dataset={dataset}
      run={run}
      busy={job !== undefined}
      onStarted={() => changeView({ run: undefined, k: undefined, sel: undefined })}
    />
  );
  if (run) {
    return (
      <Explorer
        // Selections and colours belong to the table's rows and are kept over runs.
        dataset={dataset}
        run={run}
        runs={listed.length > 0 ? listed : [run]}
        job={job}
        lastJob={latest}
        view={view}
        onView={changeView}
        method={method}
      />
    );
  }
  return (
    <div className={classes.screen} data-without-run>
      <ExplorerHeader runs={[]} run={undefined} shown={null} job={job} onRun={() => {}} />
      <VisuallyHidden component="h1">{t("Explore {name}", { name: dataset.name })}</VisuallyHidden>
      <div className={classes.left}>{method}</div>
      {failure ? (
        <Problem>
          <ProblemAlert problem={asProblem(failure)} onRetry={() => void runs.refetch()}>
            <Button variant="default" onClick={() => changeView({ run: undefined })}>
              {t("Show the newest run")}
            </Button>
          </ProblemAlert>
        </Problem>
      ) : job ? (
        <JobStages job={job} title={t("Clustering {name}", { name: dataset.name })} />
      ) : runs.isPending || jobs.isPending || runs.isFetching ? (
        <Waiting>{t("Loading the run…")}</Waiting>
      ) : latest?.error ? (
        <Problem>
          <ProblemAlert problem={latest.error} />
          <p className={classes.note}>
            {t("Change the method at the left and run it again, or look at the table.")}
          </p>
          <TableLink datasetId={dataset.id} />
        </Problem>
      ) : !dataset.columns.some(({ role }) => role === "feature") ? (
        <Problem>
          <ProblemAlert problem={noFeature(dataset)} />
          <TableLink datasetId={dataset.id} />
        </Problem>
      ) : (
        <EmptyState
          title={
            latest?.status === "cancelled"
              ? t("The clustering was cancelled")
              : t("Not clustered yet")
          }
          actions={<TableLink datasetId={dataset.id} />}
        >
          {t("Press Run at the left to cluster this table.")}
        </EmptyState>
      )}
    </div>
  );
}

/** Fetches the list once more when a job made a run that the list does not hold yet. */
function useRefetchFor(runId: number | null, listed: readonly RunRead[], refetch: () => void) {
  const missing = runId !== null && !listed.some(({ id }) => id === runId) ? runId : null;
  const asked = useRef<number | null>(null);
  useEffect(() => {
    if (missing === null || asked.current === missing) return;
    asked.current = missing;
    refetch();
  }, [missing, refetch]);
}

function Importing({ dataset }: { dataset: DatasetRead }) {
  const job = useJob(dataset.import_job_id).data;
  if (!job)
    return (
      <Waiting>{t("Reading {original_name}…", { original_name: dataset.original_name })}</Waiting>
    );
  return (
    <JobStages
      job={job}
      title={t("Reading {original_name}", { original_name: dataset.original_name })}
    />
  );
}

function ImportFailed({ dataset }: { dataset: DatasetRead }) {
  return (
    <Problem>
      {dataset.error ? (
        <ProblemAlert problem={dataset.error} />
      ) : (
        <EmptyState
          title={t("{original_name} could not be read", { original_name: dataset.original_name })}
        />
      )}
      <TableLink datasetId={dataset.id} />
    </Problem>
  );
}

/** A link may name the run of another table; its labels belong to other rows. */
function notOfDataset(dataset: DatasetRead): ApiProblem {
  return new ApiProblem({
    type: "about:blank",
    title: t("Run not found"),
    status: 404,
    detail: t("The run of this address does not belong to {name}.", { name: dataset.name }),
    code: "run_not_found",
    remedy: t("Show the newest run of this dataset, or open the run from Runs."),
  });
}

/** Why a table of this kind was not clustered by itself. */
function noFeature(dataset: DatasetRead): ApiProblem["problem"] {
  const numeric = dataset.columns.filter(isNumeric);
  const columns = dataset.columns.map(({ name, type }) => `${name} (${type})`).join(", ");
  return {
    type: "about:blank",
    title: numeric.length > 0 ? t("No column to cluster on") : t("No numeric column"),
    status: 422,
    detail:
      numeric.length > 0
        ? t("None of the numeric columns was taken for a feature. The table has: {columns}.", {
            columns,
          })
        : t("Distances are taken between numbers, and this table has none: {columns}.", {
            columns,
          }),
    code: "no_feature_column",
    remedy:
      numeric.length > 0
        ? t("Choose columns at the left and press Run.")
        : t(
            "If a column does hold numbers, read the table with another decimal mark or other texts for missing values.",
          ),
  };
}

function TableLink({ datasetId }: { datasetId: number }) {
  return (
    <Button component={Link} variant="default" to={`/d/${datasetId}`}>
      {t("Look at the table and how it was read")}
    </Button>
  );
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <div className={classes.waitingLine} role="status">
      {children}
    </div>
  );
}

function Problem({ children }: { children: ReactNode }) {
  return <div className={classes.problem}>{children}</div>;
}
