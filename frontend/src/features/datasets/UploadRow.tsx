import { Button, Progress, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import type { DatasetRead } from "../../api/contract.ts";
import { datasetQuery } from "../../api/datasets.ts";
import { useImport } from "../../api/live.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { JobProgress } from "../../ui/JobProgress.tsx";
import { formatBytes, formatProgress, formatSeconds } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { cancelUpload, dismissUpload, retryUpload, type Upload } from "./uploadQueue.ts";
import classes from "./UploadRow.module.css";
import { t } from "../../language/language.ts";

interface UploadRowProps {
  upload: Upload;
  onExplore: (datasetId: number) => void;
  onDetails: (datasetId: number) => void;
}

const STATE_WORDS: Record<Upload["state"], string> = {
  waiting: t("waiting to be sent"),
  sending: t("being sent"),
  sent: t("received"),
  failed: t("not received"),
  cancelled: t("cancelled"),
};

/** One file: sent, then read by the server, then ready to explore; or what went wrong with it. */
export function UploadRow({ upload, onExplore, onDetails }: UploadRowProps) {
  const { id, file, state, dataset } = upload;
  const dismiss = (
    <Button variant="default" onClick={() => dismissUpload(id)}>
      {t("Dismiss")}
    </Button>
  );
  return (
    <li className={classes.row}>
      <span role="status" className="visually-hidden">
        {file.name}: {STATE_WORDS[state]}
      </span>
      {state === "waiting" && (
        <div className={classes.line}>
          <span className={classes.name}>{file.name}</span>
          <span className="dim">{t("waits for the file before it")}</span>
          <CancelUpload upload={upload} />
        </div>
      )}
      {state === "sending" && <Sending upload={upload} />}
      {state === "cancelled" && (
        <div className={classes.line}>
          <span className={classes.name}>{file.name}</span>
          <span className="dim">{t("cancelled; nothing was kept")}</span>
          <span className={classes.actions}>
            <Button variant="default" onClick={() => retryUpload(id)}>
              {t("Upload again")}
            </Button>
            {dismiss}
          </span>
        </div>
      )}
      {state === "failed" && upload.problem && (
        <>
          <span className={classes.name}>{file.name}</span>
          <ProblemAlert
            problem={upload.problem}
            onRetry={mayPass(upload.problem) ? () => retryUpload(id) : undefined}
          >
            {dismiss}
          </ProblemAlert>
        </>
      )}
      {state === "sent" && dataset && (
        <Reading
          upload={upload}
          sent={dataset}
          onExplore={onExplore}
          onDetails={onDetails}
          dismiss={dismiss}
        />
      )}
    </li>
  );
}

/** Whether the same file may be taken at another try; a refused file will be refused again. */
function mayPass({ status }: Problem): boolean {
  return status === 0 || status === 401 || status === 429 || status >= 500;
}

function Sending({ upload }: { upload: Upload }) {
  const { file, sentBytes, speed } = upload;
  const fraction = file.size > 0 ? Math.min(1, sentBytes / file.size) : 0;
  const secondsLeft = speed ? (file.size - sentBytes) / speed : null;
  return (
    <>
      <div className={classes.line}>
        <span className={classes.name}>{file.name}</span>
        <span className="num dim">
          {t("{sentBytes} of {size} · {fraction}", {
            sentBytes: formatBytes(sentBytes),
            size: formatBytes(file.size),
            fraction: formatProgress(fraction),
          })}
          {speed !== null && ` · ${formatBytes(speed)}/s`}
          {secondsLeft !== null &&
            secondsLeft > 2 &&
            t(" · {secondsLeft} left", { secondsLeft: formatSeconds(secondsLeft) })}
        </span>
        <CancelUpload upload={upload} />
      </div>
      <Progress
        size={6}
        value={Math.floor(fraction * 100)}
        aria-label={t("Upload of {name}", { name: file.name })}
      />
      {upload.interrupted && (
        <Text size="sm" c="dimmed" role="status">
          {t("The connection is lost. The upload goes on by itself when it is back.")}
        </Text>
      )}
      {fraction === 1 && (
        <Text size="sm" c="dimmed">
          {t("All bytes sent; the server confirms.")}
        </Text>
      )}
    </>
  );
}

interface ReadingProps {
  upload: Upload;
  /** The dataset as it was when the upload ended. */
  sent: DatasetRead;
  onExplore: (datasetId: number) => void;
  onDetails: (datasetId: number) => void;
  dismiss: ReactNode;
}

function Reading({ upload, sent, onExplore, onDetails, dismiss }: ReadingProps) {
  const dataset = useQuery({ ...datasetQuery(sent.id), initialData: sent }).data;
  const job = useImport(dataset);
  const ready = dataset.status === "ready";
  const opens = ready && upload.opensWhenReady;
  useEffect(() => {
    if (!opens) return;
    dismissUpload(upload.id);
    onExplore(sent.id);
  }, [opens, upload.id, sent.id, onExplore]);

  const problem = dataset.error ?? job.data?.error;
  if (problem) {
    return (
      <>
        <span className={classes.name}>{sent.original_name}</span>
        <ProblemAlert problem={problem}>
          {dataset.import_plan && (
            <Button onClick={() => onDetails(sent.id)}>{t("Change how it is read")}</Button>
          )}
          {dismiss}
        </ProblemAlert>
      </>
    );
  }
  if (job.error) {
    return (
      <ProblemAlert problem={asProblem(job.error)} onRetry={() => void job.refetch()}>
        {dismiss}
      </ProblemAlert>
    );
  }
  return (
    <>
      <div className={classes.line}>
        <span className={classes.name}>{sent.original_name}</span>
        <span className="num dim">
          {ready
            ? t(
                "{count, plural, one {# row} other {# rows}}, {count2, plural, one {# column} other {# columns}}",
                { count: dataset.n_rows ?? 0, count2: dataset.n_columns ?? 0 },
              )
            : t("{upload_bytes} received", { upload_bytes: formatBytes(sent.upload_bytes) })}
        </span>
        <span className={classes.actions}>
          {ready && <Button onClick={() => onExplore(sent.id)}>{t("Explore")}</Button>}
          {(ready || job.data?.status === "cancelled") && dismiss}
        </span>
      </div>
      {!ready && job.data && <JobProgress job={job.data} />}
    </>
  );
}

function CancelUpload({ upload }: { upload: Upload }) {
  return (
    <span className={classes.actions}>
      <Button
        size="xs"
        variant="default"
        aria-label={t("Cancel the upload of {name}", { name: upload.file.name })}
        onClick={() => cancelUpload(upload.id)}
      >
        {t("Cancel")}
      </Button>
    </span>
  );
}
