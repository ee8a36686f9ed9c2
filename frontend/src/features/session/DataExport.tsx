import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ExportRead } from "../../api/contract.ts";
import { isFinished } from "../../api/jobWords.ts";
import { useJob, useRememberJob } from "../../api/live.ts";
import { askForExport, downloadOwnExport, ownExportQuery } from "../../api/ownExport.ts";
import { asProblem } from "../../api/problem.ts";
import { refresh } from "../../api/refresh.ts";
import { t } from "../../language/language.ts";
import { JobProgress } from "../../ui/JobProgress.tsx";
import { formatBytes, formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";

/** All that is kept of the account as one file: asked for, awaited, downloaded. */
export function DataExport() {
  const queryClient = useQueryClient();
  const remember = useRememberJob();
  const newest = useQuery(ownExportQuery);
  const job = useJob(newest.data?.job?.id).data ?? newest.data?.job ?? null;
  const ask = useMutation({
    mutationFn: askForExport,
    onSuccess: (asked) => {
      if (asked.job) remember(asked.job);
      queryClient.setQueryData(ownExportQuery.queryKey, asked);
    },
  });
  // Its size and when it expires are told once it has ended.
  const isBehind = job !== null && newest.data?.job?.status !== job.status;
  useEffect(() => {
    if (isBehind) void refresh(queryClient, { queryKey: ownExportQuery.queryKey });
  }, [isBehind, queryClient]);
  const isUnderWay = job !== null && !isFinished(job);
  const problem = ask.error ?? newest.error;
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={2}>{t("Your data")}</Title>
      <Text c="var(--fg2)">
        {t(
          "Everything that is kept of you as one zip file: your tables as they came and as they were read, runs, labels, corrections, and the rows about your account.",
        )}
      </Text>
      {isUnderWay && (
        <div style={{ width: "100%" }}>
          <JobProgress job={job} />
        </div>
      )}
      {job?.error && <ProblemAlert problem={job.error} />}
      {newest.data?.expires_at && !isUnderWay && <Ready export={newest.data} />}
      {!isUnderWay && (
        <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
          {newest.data?.expires_at ? t("Export again") : t("Export my data")}
        </Button>
      )}
      {problem && <ProblemAlert problem={asProblem(problem)} />}
    </Stack>
  );
}

function Ready({ export: ready }: { export: ExportRead }) {
  const save = useMutation({ mutationFn: downloadOwnExport });
  const { n_bytes: bytes, n_missing: missing, expires_at: expiresAt } = ready;
  if (bytes === null || expiresAt === null) return null;
  return (
    <>
      <Group gap="sm">
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {t("Download {size}", { size: formatBytes(bytes) })}
        </Button>
        <Text size="sm" c="var(--fg2)">
          {t("until {time}", { time: formatTime(expiresAt) })}
        </Text>
      </Group>
      {missing !== null && missing > 0 && (
        <Text size="sm" c="var(--fg2)">
          {t(
            "{missing, plural, one {# file was} other {# files were}} gone from the store already; the manifest names them.",
            { missing },
          )}
        </Text>
      )}
      {save.error && <ProblemAlert problem={asProblem(save.error)} />}
    </>
  );
}
