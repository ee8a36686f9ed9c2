import { Loader, Stack, Text } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { SweepRead } from "../../../api/contract.ts";
import { datasetQuery } from "../../../api/datasets.ts";
import { isFinished } from "../../../api/jobWords.ts";
import { asProblem } from "../../../api/problem.ts";
import { algorithmsQuery } from "../../../api/runs.ts";
import { useSweep } from "../../../api/sweeps.ts";
import { t } from "../../../language/language.ts";
import { JobProgress } from "../../../ui/JobProgress.tsx";
import { ButtonLink, TextLink } from "../../../ui/links.tsx";
import { PageFrame } from "../../../ui/PageFrame.tsx";
import { ProblemAlert } from "../../../ui/ProblemAlert.tsx";
import { readParameters } from "../algorithmSchema.ts";
import { CRITERIA } from "./criteria.ts";
import { SweepTable } from "./SweepTable.tsx";

/** One sweep: how far it is, and its runs side by side. */
export function SweepPage({ sweepId }: { sweepId: number }) {
  const title = t("Sweep {number}", { number: sweepId });
  useDocumentTitle(`${title} · Fiedler`);
  const sweep = useSweep(sweepId);
  return (
    <PageFrame title={title}>
      {sweep.error ? (
        <ProblemAlert problem={asProblem(sweep.error)} onRetry={() => void sweep.refetch()}>
          <ButtonLink to="/runs">{t("See all runs")}</ButtonLink>
        </ProblemAlert>
      ) : sweep.data ? (
        <Sweep sweep={sweep.data} />
      ) : (
        <Loader size="sm" color="gray" aria-label={t("Loading the sweep")} />
      )}
    </PageFrame>
  );
}

function Sweep({ sweep }: { sweep: SweepRead }) {
  const { job, criterion } = sweep;
  const algorithms = useQuery(algorithmsQuery);
  const schema = algorithms.data?.[0]?.schema as Record<string, unknown> | undefined;
  const words = CRITERIA.find(({ value }) => value === criterion)?.label ?? criterion;
  return (
    <Stack gap="lg">
      {job.dataset_id !== null && <SweptTable datasetId={job.dataset_id} />}
      {isFinished(job) ? <Text c="var(--fg2)">{job.message}</Text> : <JobProgress job={job} />}
      {job.error && <ProblemAlert problem={job.error} />}
      <SweepTable sweep={sweep} parameters={schema ? readParameters(schema) : []} />
      <Text size="sm" c="dimmed">
        {t(
          "The best run by: {criterion}. Stability and agreement are measured for suggested numbers of clusters only.",
          {
            criterion: words,
          },
        )}
      </Text>
    </Stack>
  );
}

function SweptTable({ datasetId }: { datasetId: number }) {
  const dataset = useQuery(datasetQuery(datasetId));
  return (
    <TextLink to="/d/$datasetId/explore" params={{ datasetId }}>
      {dataset.data?.name ?? t("dataset {dataset_id}", { dataset_id: datasetId })}
    </TextLink>
  );
}
