import { Badge, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { SweepRead, SweepRun } from "../../../api/contract.ts";
import { statusInWords } from "../../../api/jobWords.ts";
import { t } from "../../../language/language.ts";
import { DataTable } from "../../../ui/DataTable.tsx";
import { TextLink } from "../../../ui/links.tsx";
import { formatSeconds, formatStatistic } from "../../../ui/numbers.ts";
import type { Parameter } from "../algorithmSchema.ts";
import { type Figure, sorted } from "./sorting.ts";

interface Column {
  name: string;
  title: string;
  figure: Figure;
  isNumber: boolean;
  show: (run: SweepRun) => string;
}

interface SweepTableProps {
  sweep: SweepRead;
  /** Of the algorithm, for the words of the form. */
  parameters: readonly Parameter[];
}

/** The runs of a sweep, sorted by any column; each leads to Explore, alone or against the best. */
export function SweepTable({ sweep, parameters }: SweepTableProps) {
  const columns = columnsOf(sweep, parameters);
  const [order, setOrder] = useState({
    name: sweep.criterion as string,
    // The best first.
    descending: sweep.criterion !== "conductance",
  });
  const by = columns.find(({ name }) => name === order.name);
  const runs = by ? sorted(sweep.runs, by.figure, order.descending) : sweep.runs;
  const best = sweep.runs.find(
    ({ run_id: runId }) => runId === sweep.best_run_id && runId !== null,
  );
  const sortBy = (name: string) =>
    setOrder((before) => ({ name, descending: before.name !== name || !before.descending }));
  return (
    <DataTable label={t("Runs of the sweep")}>
      <thead>
        <tr>
          <th scope="col">{t("Run")}</th>
          {columns.map(({ name, title, isNumber }) => (
            <th
              key={name}
              scope="col"
              data-right={isNumber || undefined}
              aria-sort={
                order.name === name ? (order.descending ? "descending" : "ascending") : undefined
              }
            >
              <UnstyledButton fz="inherit" c="inherit" onClick={() => sortBy(name)}>
                {title}
                {order.name === name && (order.descending ? " ↓" : " ↑")}
              </UnstyledButton>
            </th>
          ))}
          <th scope="col" aria-label={t("Actions")} />
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.job_id}>
            <td title={run.error?.detail}>
              <RunName run={run} datasetId={sweep.job.dataset_id} />{" "}
              {run === best && (
                <Badge size="xs" variant="light">
                  {t("best")}
                </Badge>
              )}
            </td>
            {columns.map(({ name, isNumber, show }) => (
              <td key={name} data-right={isNumber || undefined}>
                {show(run)}
              </td>
            ))}
            <td>
              {best && run !== best && (
                <AgainstBest run={run} best={best} datasetId={sweep.job.dataset_id} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

/** The parameters that were varied, and the figures that tell the runs apart. */
function columnsOf(sweep: SweepRead, parameters: readonly Parameter[]): Column[] {
  const varied = Object.keys(sweep.grid).map((name): Column => {
    const parameter = parameters.find((one) => one.name === name);
    const figure: Figure = ({ point }) => (point[name] as string | number | null) ?? null;
    return {
      name: `point ${name}`,
      title: parameter?.title ?? name,
      figure,
      isNumber: parameter?.kind === "integer" || parameter?.kind === "number",
      show: (run) => {
        const value = figure(run);
        return (
          parameter?.choices.find((choice) => choice.value === value)?.label ?? String(value ?? "")
        );
      },
    };
  });
  const measured = (
    name: string,
    title: string,
    figure: (run: SweepRun) => number | null,
  ): Column => ({
    name,
    title,
    figure,
    isNumber: true,
    show: (run) => statistic(figure(run)),
  });
  const figures = [
    measured("n_clusters", "k", ({ n_clusters: k }) => k),
    measured("silhouette", t("Silhouette"), ({ metrics }) => metrics?.silhouette ?? null),
    measured("stability", t("Stability"), ({ metrics }) => metrics?.stability ?? null),
    measured("agreement", t("Agreement"), ({ metrics }) => metrics?.agreement ?? null),
  ];
  if (!figures.some(({ name }) => name === sweep.criterion)) {
    const { criterion } = sweep;
    const words: Record<string, string> = {
      eigengap: t("Eigengap"),
      separation: t("Separation"),
      conductance: t("Conductance"),
    };
    figures.push(
      measured(
        criterion,
        words[criterion] ?? criterion,
        ({ metrics }) => metrics?.[criterion] ?? null,
      ),
    );
  }
  const seconds: Column = {
    name: "seconds",
    title: t("Time"),
    figure: (run) => run.seconds,
    isNumber: true,
    show: (run) => (run.seconds === null ? "" : formatSeconds(run.seconds)),
  };
  return [...varied, ...figures, seconds];
}

function statistic(value: number | null): string {
  return value === null ? "" : formatStatistic(value);
}

function RunName({ run, datasetId }: { run: SweepRun; datasetId: number | null }) {
  if (run.run_id === null || run.run_number === null || datasetId === null) {
    return run.status === "succeeded" ? t("deleted") : statusInWords(run.status);
  }
  return (
    <TextLink
      to="/d/$datasetId/explore"
      params={{ datasetId }}
      search={{ run: run.run_id }}
      fw={600}
    >
      {t("Run {number}", { number: run.run_number })}
    </TextLink>
  );
}

/** Explore with the rows that moved between the best run and this one. */
function AgainstBest(props: { run: SweepRun; best: SweepRun; datasetId: number | null }) {
  const { run, best, datasetId } = props;
  if (run.run_id === null || best.run_id === null || datasetId === null) return null;
  return (
    <TextLink
      to="/d/$datasetId/explore"
      params={{ datasetId }}
      search={{
        run: run.run_id,
        dock: "changes",
        since: best.run_id,
        sinceK: best.n_clusters ?? undefined,
      }}
    >
      {t("Compare with the best")}
    </TextLink>
  );
}
