import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { create } from "zustand";
import type { DatasetRead, JobRead, RunRead } from "../../api/contract.ts";
import { startFit } from "../../api/jobs.ts";
import { useRememberJob } from "../../api/live.ts";
import { asProblem } from "../../api/problem.ts";
import { useMayEdit } from "../../api/rights.ts";
import { algorithmsQuery } from "../../api/runs.ts";
import { ButtonLink } from "../../ui/links.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import type { Parameter, Parameters, ParameterValue } from "./algorithmSchema.ts";
import {
  byGroup,
  complete,
  departures,
  findMistakes,
  readParameters,
  sameValue,
} from "./algorithmSchema.ts";
import { chosenColumns, ColumnChooser } from "./ColumnChooser.tsx";
import classes from "./explorer.module.css";
import { ForecastLine } from "./ForecastLine.tsx";
import { GraphDiagnosis } from "./GraphDiagnosis.tsx";
import { ParameterField } from "./ParameterField.tsx";
import { t, translated } from "../../language/language.ts";

/** Lets a button elsewhere on the screen start a run with the form's values. */
export const METHOD_FORM_ID = "method-parameters";

interface MethodPanelProps {
  dataset: DatasetRead;
  /** The run on the screen; its parameters are where the form starts. */
  run: RunRead | undefined;
  /** A clustering is waiting or running. */
  busy: boolean;
  onStarted: (job: JobRead) => void;
}

/** How a run is made: a form from the algorithm's schema, and what the run on the screen reported. */
export function MethodPanel({ dataset, run, busy, onStarted }: MethodPanelProps) {
  const algorithms = useQuery(algorithmsQuery);
  const algorithm = algorithms.data?.[0];
  return (
    <section
      className={`${classes.card} ${classes.method}`}
      aria-label={t("Method")}
      data-tour="method"
    >
      {algorithms.isPending && <p className={classes.note}>{t("Loading the method…")}</p>}
      {algorithms.error && (
        <ProblemAlert
          problem={asProblem(algorithms.error)}
          onRetry={() => void algorithms.refetch()}
        />
      )}
      {algorithm && (
        <MethodForm
          // Another run starts the form from its own parameters.
          key={run?.id ?? 0}
          title={translated(algorithm.title)}
          parameters={readParameters(algorithm.schema as Record<string, unknown>)}
          dataset={dataset}
          run={run}
          busy={busy}
          onStarted={onStarted}
        />
      )}
    </section>
  );
}

/** Which groups of parameters are unfolded; kept while runs come and go. */
const useSections = create<Record<string, boolean>>(() => ({}));

function keepSection(group: string, open: boolean) {
  useSections.setState({ [group]: open });
}

interface MethodFormProps extends MethodPanelProps {
  title: string;
  parameters: readonly Parameter[];
}

function MethodForm({ title, parameters, dataset, run, busy, onStarted }: MethodFormProps) {
  const start = complete(parameters, (run?.parameters ?? {}) as Record<string, unknown>);
  const [values, setValues] = useState<Parameters>(start);
  const remember = useRememberJob();
  const fit = useMutation({
    mutationFn: () => startFit(dataset.id, departures(parameters, values)),
    onSuccess: (job) => {
      remember(job);
      onStarted(job);
    },
  });
  const isChanged = (name: string) => !sameValue(values[name], start[name]);
  const changes = parameters.filter(({ name }) => isChanged(name)).length;
  const set = (name: string, value: ParameterValue) =>
    setValues((before) => ({ ...before, [name]: value }));
  const sections = useSections();
  const mistakes = findMistakes(parameters, values);
  const firstMistake = Object.values(mistakes)[0];
  const mayEdit = useMayEdit(dataset.right);
  const columnsChosen = chosenColumns(dataset.columns, values.columns ?? null).length > 0;

  return (
    <form
      id={METHOD_FORM_ID}
      aria-label={t("Parameters")}
      className={classes.methodForm}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (mayEdit && Object.keys(mistakes).length === 0) fit.mutate();
      }}
    >
      <div className={classes.methodScroll}>
        <div className={classes.cardHead}>
          <h2>{t("Method")}</h2>
          <button
            type="button"
            className={classes.link}
            disabled={changes === 0}
            onClick={() => setValues(start)}
          >
            {t("Reset")}
          </button>
        </div>
        <p className={classes.algorithm}>{title}</p>
        {byGroup(parameters).map(([group, members], index) => (
          <details
            key={group}
            className={classes.section}
            open={sections[group] ?? index === 0}
            onToggle={(event) => keepSection(group, event.currentTarget.open)}
          >
            <summary>
              {group}
              <Changes count={members.filter(({ name }) => isChanged(name)).length} />
            </summary>
            {members.map((parameter) =>
              parameter.kind === "columns" ? (
                <ColumnChooser
                  key={parameter.name}
                  parameter={parameter}
                  columns={dataset.columns}
                  value={values[parameter.name] ?? null}
                  changed={isChanged(parameter.name)}
                  onChange={(value) => set(parameter.name, value)}
                />
              ) : (
                <ParameterField
                  key={parameter.name}
                  parameter={parameter}
                  value={values[parameter.name] ?? null}
                  changed={isChanged(parameter.name)}
                  mistake={mistakes[parameter.name]}
                  onChange={(value) => set(parameter.name, value)}
                />
              ),
            )}
          </details>
        ))}
        {run && <GraphDiagnosis key={run.partition.key} partition={run.partition} />}
        {run && <RunNotes run={run} />}
      </div>
      <div className={classes.methodFoot}>
        {firstMistake && (
          <p className={classes.fieldError} role="alert">
            {firstMistake}
          </p>
        )}
        {mayEdit && columnsChosen && firstMistake === undefined && !busy && (
          <ForecastLine datasetId={dataset.id} parameters={departures(parameters, values)} />
        )}
        {mayEdit ? (
          <Button
            type="submit"
            fullWidth
            variant={changes > 0 || !run ? "filled" : "default"}
            disabled={busy || !columnsChosen || firstMistake !== undefined}
            loading={fit.isPending}
          >
            {busy ? t("Clustering…") : run ? t("Run again") : t("Run")}
          </Button>
        ) : (
          <p className={classes.note}>
            {t("You may look at this table; clustering it anew takes the right to edit it.")}
          </p>
        )}
        {mayEdit && (
          <ButtonLink
            variant="subtle"
            size="xs"
            fullWidth
            to="/d/$datasetId/sweep"
            params={{ datasetId: dataset.id }}
            search={{ run: run?.id }}
          >
            {t("Several values at once…")}
          </ButtonLink>
        )}
        {fit.error && (
          <div className={classes.formProblem}>
            <ProblemAlert problem={asProblem(fit.error)} />
          </div>
        )}
      </div>
    </form>
  );
}

function Changes({ count }: { count: number }) {
  if (count === 0) return null;
  return <span className={classes.changed}>{t("{count} changed", { count })}</span>;
}

/** What the engine did with the data: cells filled in, columns left out, which method and why. */
function RunNotes({ run }: { run: RunRead }) {
  return (
    <div className={classes.notes}>
      <h3>{t("Notes of run {number}", { number: run.number })}</h3>
      <ul>
        {run.method_reason && <li>{run.method_reason}</li>}
        {run.notes.map((note) => (
          <li key={`${note.code} ${note.message}`}>{note.message}</li>
        ))}
      </ul>
    </div>
  );
}
