import { Loader, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { JobRead } from "../../api/contract.ts";
import { datasetsQuery } from "../../api/datasets.ts";
import { isFinished, kindInWords } from "../../api/jobWords.ts";
import { useJob, useJobs } from "../../api/live.ts";
import { asProblem } from "../../api/problem.ts";
import { JobProgress } from "../../ui/JobProgress.tsx";
import { formatAgo } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { TextLink } from "../../ui/links.tsx";
import classes from "./JobQueue.module.css";
import { t } from "../../language/language.ts";

const ENDED_SHOWN = 5;

/** What runs and waits now, live, and what went wrong lately. */
export function JobQueue() {
  const jobs = useJobs();
  if (jobs.error) {
    return <ProblemAlert problem={asProblem(jobs.error)} onRetry={() => void jobs.refetch()} />;
  }
  if (!jobs.data) return <Loader size="sm" color="gray" aria-label={t("Loading jobs")} />;
  const active = jobs.data.items.filter((job) => !isFinished(job));
  const ended = jobs.data.items
    // A re-cut is cancelled by the next one; nobody stopped it.
    .filter(({ kind }) => kind !== "recut")
    .filter(({ status }) => status === "failed" || status === "cancelled")
    .slice(0, ENDED_SHOWN);
  return (
    <>
      {active.length === 0 ? (
        <Text c="var(--fg2)">{t("Nothing is running or waiting.")}</Text>
      ) : (
        <ul className={classes.list} aria-label={t("Running and waiting")}>
          {active.map((job) => (
            <ActiveJob key={job.id} jobId={job.id} />
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <>
          <Title order={3} mt="lg" c="var(--fg2)" fw={500}>
            {t("Stopped lately")}
          </Title>
          <ul className={classes.list} aria-label={t("Stopped lately")}>
            {ended.map((job) => (
              <EndedJob key={job.id} job={job} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function ActiveJob({ jobId }: { jobId: number }) {
  const job = useJob(jobId).data;
  if (!job) return null;
  return (
    <li className={classes.item}>
      <JobName job={job} />
      <JobProgress job={job} />
    </li>
  );
}

function EndedJob({ job }: { job: JobRead }) {
  return (
    <li className={classes.item}>
      <JobName job={job} />
      <div>
        <Text c={job.status === "failed" ? "var(--bad)" : "var(--fg2)"}>
          {job.status === "failed" ? (job.error?.title ?? t("Failed")) : t("Cancelled")}
          {job.finished_at && <span className="dim"> · {formatAgo(job.finished_at)}</span>}
        </Text>
        {job.error && (
          <Text size="sm" c="var(--fg2)">
            {job.error.detail} {job.error.remedy}
          </Text>
        )}
      </div>
    </li>
  );
}

function JobName({ job }: { job: JobRead }) {
  const datasets = useQuery(datasetsQuery);
  const dataset = datasets.data?.items.find((one) => one.id === job.dataset_id);
  return (
    <div className={classes.name}>
      {job.kind === "sweep" ? (
        <TextLink to="/sweeps/$sweepId" params={{ sweepId: job.id }} fw={600} c="var(--fg)">
          {kindInWords(job.kind)}
        </TextLink>
      ) : (
        <Text fw={600}>{kindInWords(job.kind)}</Text>
      )}
      {job.dataset_id !== null && (
        <TextLink
          to={job.kind === "import" ? "/d/$datasetId" : "/d/$datasetId/explore"}
          params={{ datasetId: job.dataset_id }}
          size="sm"
          truncate
        >
          {dataset?.name ?? t("dataset {dataset_id}", { dataset_id: job.dataset_id })}
        </TextLink>
      )}
    </div>
  );
}
