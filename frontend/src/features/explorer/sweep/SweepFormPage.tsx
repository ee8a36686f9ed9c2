import { Button, Group, Loader, NativeSelect, Stack, Text } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import { datasetQuery } from "../../../api/datasets.ts";
import { useRememberJob } from "../../../api/live.ts";
import { asProblem } from "../../../api/problem.ts";
import { useMayEdit } from "../../../api/rights.ts";
import { algorithmsQuery, runQuery } from "../../../api/runs.ts";
import { type Criterion, startSweep } from "../../../api/sweeps.ts";
import { t } from "../../../language/language.ts";
import { ButtonLink } from "../../../ui/links.tsx";
import { PageFrame } from "../../../ui/PageFrame.tsx";
import { ProblemAlert } from "../../../ui/ProblemAlert.tsx";
import { complete, departures, type Parameter, readParameters } from "../algorithmSchema.ts";
import { CRITERIA } from "./criteria.ts";
import { firstTrial, GridField, type Trial, valuesOf } from "./GridField.tsx";
import { countPoints } from "./gridValues.ts";

interface SweepFormPageProps {
  datasetId: number;
  /** The run whose parameters hold for all runs of the sweep; without it the defaults do. */
  runId?: number;
  onStarted: (sweepId: number) => void;
}

/** Asks for a clustering with every combination of some parameters' values. */
export function SweepFormPage({ datasetId, runId, onStarted }: SweepFormPageProps) {
  useDocumentTitle(`${t("Several values at once")} · Fiedler`);
  const dataset = useQuery(datasetQuery(datasetId));
  const run = useQuery({ ...runQuery(runId ?? 0), enabled: runId !== undefined });
  const algorithms = useQuery(algorithmsQuery);
  const failed = [dataset, run, algorithms].find(({ error }) => error !== null);
  const algorithm = algorithms.data?.[0];
  const isReady = dataset.data && algorithm && (runId === undefined || run.data);
  return (
    <PageFrame title={t("Several values at once")} width={640}>
      {failed ? (
        <ProblemAlert problem={asProblem(failed.error)} onRetry={() => void failed.refetch()} />
      ) : isReady ? (
        <SweepForm
          dataset={dataset.data}
          run={run.data}
          parameters={readParameters(algorithm.schema as Record<string, unknown>)}
          onStarted={onStarted}
        />
      ) : (
        <Loader size="sm" color="gray" aria-label={t("Loading the method")} />
      )}
    </PageFrame>
  );
}

interface SweepFormProps {
  dataset: DatasetRead;
  run: RunRead | undefined;
  parameters: readonly Parameter[];
  onStarted: (sweepId: number) => void;
}

function SweepForm({ dataset, run, parameters, onStarted }: SweepFormProps) {
  const current = complete(parameters, (run?.parameters ?? {}) as Record<string, unknown>);
  const [trials, setTrials] = useState<Record<string, Trial>>({});
  const [criterion, setCriterion] = useState<Criterion>("silhouette");
  const remember = useRememberJob();
  const mayEdit = useMayEdit(dataset.right);
  const varied = parameters.filter(({ name }) => trials[name] !== undefined);
  const grid = Object.fromEntries(
    varied.map((parameter) => [parameter.name, valuesOf(parameter, trials[parameter.name] ?? "")]),
  );
  const count = varied.length === 0 ? 0 : countPoints(grid);
  const start = useMutation({
    mutationFn: () => {
      const shared = Object.entries(departures(parameters, current));
      const kept = shared.filter(([name]) => !(name in grid));
      return startSweep(dataset.id, { grid, parameters: Object.fromEntries(kept), criterion });
    },
    onSuccess: ({ job }) => {
      remember(job);
      onStarted(job.id);
    },
  });
  const vary = (parameter: Parameter | undefined) => {
    if (!parameter) return;
    const trial = firstTrial(parameter, current[parameter.name]);
    setTrials((before) => ({ ...before, [parameter.name]: trial }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (count > 0) start.mutate();
  };
  if (!mayEdit) {
    return <Text>{t("Clustering this table takes the right to edit it.")}</Text>;
  }
  const left = parameters.filter(({ name, kind }) => !(name in trials) && kind !== "columns");
  return (
    <form onSubmit={submit} aria-label={t("Sweep")} noValidate>
      <Stack gap="lg">
        <Text c="var(--fg2)">
          {run
            ? t(
                "{dataset} is clustered once for each combination of the values below; everything else is as in run {number}. The runs wait until nothing else does.",
                { dataset: dataset.name, number: run.number },
              )
            : t(
                "{dataset} is clustered once for each combination of the values below; everything else is as usual. The runs wait until nothing else does.",
                { dataset: dataset.name },
              )}
        </Text>
        {varied.map((parameter) => (
          <GridField
            key={parameter.name}
            parameter={parameter}
            trial={trials[parameter.name] ?? ""}
            onChange={(trial) => setTrials((before) => ({ ...before, [parameter.name]: trial }))}
            onRemove={() => setTrials(({ [parameter.name]: _removed, ...others }) => others)}
          />
        ))}
        <NativeSelect
          label={t("Vary a parameter")}
          value=""
          data={[
            { value: "", label: t("Choose…") },
            ...left.map(({ name, title }) => ({ value: name, label: title })),
          ]}
          onChange={(event) => {
            const { value } = event.currentTarget;
            vary(parameters.find(({ name }) => name === value));
          }}
        />
        <NativeSelect
          label={t("The best run has the best")}
          data={[...CRITERIA]}
          value={criterion}
          onChange={(event) => setCriterion(event.currentTarget.value as Criterion)}
        />
        {start.error && <ProblemAlert problem={asProblem(start.error)} />}
        <Group gap="sm">
          <Button type="submit" loading={start.isPending} disabled={count === 0}>
            {count === 0
              ? t("Start")
              : t("{count, plural, one {Start # run} other {Start # runs}}", { count })}
          </Button>
          <ButtonLink
            variant="default"
            to="/d/$datasetId/explore"
            params={{ datasetId: dataset.id }}
            search={{ run: run?.id }}
          >
            {t("Back to Explore")}
          </ButtonLink>
        </Group>
      </Stack>
    </form>
  );
}
