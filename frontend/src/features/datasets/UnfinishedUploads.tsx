import { Box, Button, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { UploadRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { refresh } from "../../api/refresh.ts";
import { discardUpload, isUploadOf, unfinishedUploadsQuery } from "../../api/uploads.ts";
import { t } from "../../language/language.ts";
import { formatBytes, formatProgress, formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import classes from "./UploadRow.module.css";
import { type Upload, useUploads } from "./uploadQueue.ts";

/** Uploads that broke off, on this device or another: they go on when their file is chosen again. */
export function UnfinishedUploads() {
  const queryClient = useQueryClient();
  const queued = useUploads((queue) => queue.uploads);
  // An upload that begins or ends here changes what the service holds.
  useEffect(
    () =>
      useUploads.subscribe((now, before) => {
        if (states(now.uploads) !== states(before.uploads)) {
          void refresh(queryClient, unfinishedUploadsQuery);
        }
      }),
    [queryClient],
  );
  const unfinished = useQuery(unfinishedUploadsQuery).data ?? [];
  const others = unfinished.filter(
    (upload) =>
      !queued.some(({ file, state }) => state !== "cancelled" && isUploadOf(upload, file)),
  );
  if (others.length === 0) return null;
  return (
    <Box component="section" aria-label={t("Unfinished uploads")}>
      <Title order={2} size="h3">
        {t("Unfinished uploads")}
      </Title>
      <Text c="var(--fg2)">{t("Choose the same file again, and it goes on from there.")}</Text>
      <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {others.map((upload) => (
          <UnfinishedRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </Box>
  );
}

function states(uploads: readonly Upload[]): string {
  return uploads.map(({ id, state }) => `${id} ${state}`).join();
}

function UnfinishedRow({ upload }: { upload: UploadRead }) {
  const queryClient = useQueryClient();
  const discarding = useMutation({
    mutationFn: () => discardUpload(upload.id),
    onSettled: () => refresh(queryClient, unfinishedUploadsQuery),
  });
  const { filename, offset_bytes: came, length_bytes: length } = upload;
  return (
    <li className={classes.row}>
      <div className={classes.line}>
        <span className={classes.name}>{filename}</span>
        <span className="num dim">
          {t("{came} of {length} · {progress} · kept until {time}", {
            came: formatBytes(came),
            length: formatBytes(length),
            progress: formatProgress(came / length),
            time: formatTime(upload.expires_at),
          })}
        </span>
        <span className={classes.actions}>
          <Button
            size="xs"
            variant="default"
            aria-label={t("Discard the upload of {filename}", { filename })}
            loading={discarding.isPending}
            onClick={() => discarding.mutate()}
          >
            {t("Discard")}
          </Button>
        </span>
      </div>
      {discarding.error && <ProblemAlert problem={asProblem(discarding.error)} />}
    </li>
  );
}
