import { Button, Progress } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { JobRead } from "../api/contract.ts";
import { cancelJob } from "../api/jobs.ts";
import { isFinished, kindInWords, stageInWords, statusInWords } from "../api/jobWords.ts";
import { useRememberJob } from "../api/live.ts";
import classes from "./JobProgress.module.css";
import { formatAbout, formatOrdinal, formatProgress, formatSeconds } from "./numbers.ts";
import { ProblemAlert } from "./ProblemAlert.tsx";
import { asProblem } from "../api/problem.ts";
import { t } from "../language/language.ts";

interface JobProgressProps {
  job: JobRead;
  /** One line for the header and tables instead of a block. */
  compact?: boolean;
}

/** A job as it runs: the stage in words, how far it is, how long it has taken, and how to stop it. */
export function JobProgress({ job, compact = false }: JobProgressProps) {
  const title = jobTitle(job);
  const percent = Math.floor(job.progress * 100 + 1e-9);
  const bar = (
    <Progress
      size={6}
      value={percent}
      animated={job.status === "running"}
      color={job.status === "failed" ? "red" : undefined}
      aria-label={`${kindInWords(job.kind)}: ${title}`}
      style={compact ? { width: 120, flex: "none" } : undefined}
    />
  );
  if (compact) {
    return (
      <div className={classes.compact}>
        <span className={classes.stage}>{title}</span>
        {bar}
        <span className="num">{formatProgress(job.progress)}</span>
        <CancelJobButton job={job} />
      </div>
    );
  }
  return (
    <div className={classes.root}>
      <div className={classes.line}>
        <span className={classes.stage}>{title}</span>
        <span className="num">{formatProgress(job.progress)}</span>
        <span className={`${classes.elapsed} num`}>
          <Elapsed job={job} />
        </span>
        <CancelJobButton job={job} />
      </div>
      {bar}
      {job.message && <div className={classes.message}>{job.message}</div>}
      {job.attempt > 1 && !isFinished(job) && (
        <div className={classes.message}>
          {t("Attempt {attempt} of {max_attempts}: the one before was lost with its worker.", {
            attempt: job.attempt,
            max_attempts: job.max_attempts,
          })}
        </div>
      )}
    </div>
  );
}

/** Stops a waiting or running job; shows nothing for one that has ended. */
export function CancelJobButton({ job }: { job: JobRead }) {
  const remember = useRememberJob();
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id), onSuccess: remember });
  if (isFinished(job)) return null;
  const stopping = job.cancel_requested || cancel.isPending;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        disabled={stopping}
        onClick={() => cancel.mutate()}
        aria-label={t("Cancel {kindInWords}", { kindInWords: kindInWords(job.kind).toLowerCase() })}
      >
        {stopping ? t("Stopping…") : t("Cancel")}
      </Button>
      {cancel.error && <ProblemAlert problem={asProblem(cancel.error)} />}
    </>
  );
}

/** The state in a few words: the stage while it runs, the place in the queue while it waits. */
export function jobTitle(job: JobRead): string {
  if (job.status === "running") {
    if (job.cancel_requested) return t("Stopping");
    return stageInWords(job.stage) || t("Starting");
  }
  if (job.status === "queued") return waitInWords(job);
  return statusInWords(job.status);
}

function waitInWords({ queue_position: position, starts_in_seconds: seconds }: JobRead): string {
  const place =
    position && position > 1
      ? t("{position} in the queue", { position: formatOrdinal(position) })
      : t("Next in the queue");
  if (seconds !== null) return `${place}, about ${formatAbout(seconds)}`;
  return position && position > 1 ? `Waiting, ${place}` : statusInWords("queued");
}

function Elapsed({ job }: { job: JobRead }) {
  const running = job.status === "running";
  const now = useNow(running);
  if (!job.started_at) return null;
  const end = job.finished_at ? new Date(job.finished_at).getTime() : now;
  return <>{formatSeconds((end - new Date(job.started_at).getTime()) / 1000)}</>;
}

/** The clock, ticking every half second while `ticking`. */
function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
