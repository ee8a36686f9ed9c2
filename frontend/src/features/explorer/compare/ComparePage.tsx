import { Button, Select } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import { datasetQuery } from "../../../api/datasets.ts";
import { asProblem } from "../../../api/problem.ts";
import { runsQuery } from "../../../api/runs.ts";
import { t } from "../../../language/language.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { ButtonLink } from "../../../ui/links.tsx";
import { PageFrame } from "../../../ui/PageFrame.tsx";
import { ProblemAlert } from "../../../ui/ProblemAlert.tsx";
import { matchSlots } from "../matching.ts";
import { type LoadedPartition, partitionAheadQuery, type ShownPartition } from "../partitions.ts";
import { samplePointsQuery } from "../samplePoints.ts";
import { recallSlots } from "../slotMemory.ts";
import type { Focus } from "../SmallMap.tsx";
import { CutCard } from "./CutCard.tsx";
import classes from "./compare.module.css";
import {
  choosableCuts,
  type Cut,
  cutName,
  cutsFromText,
  cutsToText,
  cutTitle,
  MOST_CUTS,
  usualCuts,
} from "../cuts.ts";
import { PairChanges } from "./PairChanges.tsx";
import { ParameterDifferences } from "./ParameterDifferences.tsx";

interface ComparePageProps {
  datasetId: number;
  /** The cuts that the address names. */
  cuts: string | undefined;
  onCuts: (cuts: string) => void;
}

/** Cuts of one table beside each other: where their clusters lie, which rows move, what was set otherwise. */
export function ComparePage({ datasetId, cuts, onCuts }: ComparePageProps) {
  const dataset = useQuery(datasetQuery(datasetId));
  const runs = useQuery(runsQuery(datasetId));
  const problem = dataset.error ?? runs.error;
  if (problem) {
    return (
      <PageFrame title={t("Compare")}>
        <ProblemAlert
          problem={asProblem(problem)}
          onRetry={() => void Promise.all([dataset.refetch(), runs.refetch()])}
        />
      </PageFrame>
    );
  }
  if (!dataset.data || !runs.data) {
    return (
      <PageFrame title={t("Compare")}>
        <p role="status">{t("Loading the runs…")}</p>
      </PageFrame>
    );
  }
  const [newest] = runs.data.items;
  // Other runs may have been made of the table before it was read anew: their rows are others.
  const comparable = runs.data.items.filter((run) => run.n_rows === newest?.n_rows);
  const chosen = cutsFromText(cuts).filter(({ runId }) =>
    comparable.some(({ id }) => id === runId),
  );
  const shown = chosen.length > 0 ? chosen : usualCuts(comparable);
  if (shown.length === 0) return <NothingToCompare datasetId={datasetId} />;
  return (
    <Comparison
      dataset={dataset.data}
      runs={comparable}
      nLeftOut={runs.data.items.length - comparable.length}
      cuts={shown}
      onCuts={(next) => onCuts(cutsToText(next))}
    />
  );
}

interface ComparisonProps {
  dataset: DatasetRead;
  runs: readonly RunRead[];
  /** Runs of other rows. */
  nLeftOut: number;
  cuts: readonly Cut[];
  onCuts: (cuts: readonly Cut[]) => void;
}

function Comparison({ dataset, runs, nLeftOut, cuts, onCuts }: ComparisonProps) {
  const [hovered, setHovered] = useState<Focus | null>(null);
  const [pinned, setPinned] = useState<Focus | null>(null);
  const runOf = (cut: Cut) => runs.find(({ id }) => id === cut.runId) as RunRead;
  const first = runOf(cuts[0] as Cut);
  const points = useQuery(samplePointsQuery(first));
  const partitions = useQueries({
    queries: cuts.map((cut) => partitionAheadQuery(runOf(cut), cut.nClusters)),
  });
  const loaded = partitions.map(({ data }) => data);
  const coloured = useMatchedColours(loaded);
  const choices = choosableCuts(runs)
    .filter((cut) => !cuts.some((each) => cutName(each) === cutName(cut)))
    .map((cut) => ({ value: cutName(cut), label: cutTitle(runOf(cut), cut.nClusters) }));
  const replace = (at: number, name: string) =>
    onCuts(cuts.map((cut, index) => (index === at ? (cutsFromText(name)[0] ?? cut) : cut)));
  const reference = coloured[0];
  return (
    <PageFrame
      title={t("Compare")}
      width={1600}
      actions={
        <>
          {cuts.length < MOST_CUTS && choices.length > 0 && (
            <Select
              aria-label={t("Add a cut")}
              placeholder={t("Add a cut")}
              data={choices}
              value={null}
              onChange={(name) => name !== null && onCuts([...cuts, ...cutsFromText(name)])}
            />
          )}
          <ButtonLink
            variant="default"
            to="/d/$datasetId/explore"
            params={{ datasetId: dataset.id }}
          >
            {t("Explore")}
          </ButtonLink>
        </>
      }
    >
      <p className={classes.lead}>
        {t(
          "{name}: every map puts the rows where the first one has them, so only colours differ; a cluster has the colour of its counterpart in the first. Point at a cluster to find its rows in all maps, click to keep them lit.",
          { name: dataset.name },
        )}{" "}
        {nLeftOut > 0 &&
          t(
            "{count, plural, one {# run is} other {# runs are}} left out: the table had other rows then.",
            { count: nLeftOut },
          )}
      </p>
      <div className={classes.cards}>
        {cuts.map((cut, at) => (
          <CutCard
            key={cutName(cut)}
            run={runOf(cut)}
            cut={cut}
            isFirst={at === 0}
            choices={choices}
            points={points.data}
            shown={coloured[at] ?? null}
            problem={partitions[at]?.error ?? points.error}
            onRetry={() => void Promise.all([partitions[at]?.refetch(), points.refetch()])}
            focus={hovered ?? pinned}
            onHover={setHovered}
            onPin={(focus) => setPinned(isSame(focus, pinned) ? null : focus)}
            onReplace={(name) => replace(at, name)}
            onRemove={
              cuts.length > 1 ? () => onCuts(cuts.filter((_, index) => index !== at)) : undefined
            }
          />
        ))}
      </div>
      {pinned && (
        <Button size="compact-xs" variant="default" onClick={() => setPinned(null)}>
          {t("Show all rows again")}
        </Button>
      )}
      {cuts.length === 1 && (
        <p className={classes.lead}>{t("Add a second cut to see which rows move between them.")}</p>
      )}
      {reference &&
        coloured
          .slice(1)
          .map(
            (shown) =>
              shown && (
                <PairChanges
                  key={shown.partition.key}
                  datasetId={dataset.id}
                  first={reference.partition}
                  shown={shown}
                  titles={[titleOf(runs, reference), titleOf(runs, shown)]}
                />
              ),
          )}
      {cuts.length > 1 && <ParameterDifferences runs={cuts.map(runOf)} cuts={cuts} />}
    </PageFrame>
  );
}

/** Colours by cluster: the first cut keeps those it was seen in, the others take their counterparts'. */
function useMatchedColours(loaded: readonly (LoadedPartition | undefined)[]) {
  return useMemo(() => {
    const [first] = loaded;
    if (!first) return loaded.map(() => null);
    const count = first.partition.clusters.length;
    const slots = recallSlots(first.partition.key, count) ?? matchSlots(null, first.labels, count);
    const reference = { labels: first.labels, slots };
    return loaded.map((each): ShownPartition | null => {
      if (!each) return null;
      const own =
        each === first ? slots : matchSlots(reference, each.labels, each.partition.clusters.length);
      return { ...each, runId: each.partition.run_id, slots: own };
    });
    // The list is new with every render; its members are not.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [...loaded, loaded.length]);
}

function titleOf(runs: readonly RunRead[], { runId, partition }: ShownPartition): string {
  const run = runs.find(({ id }) => id === runId);
  return run ? cutTitle(run, partition.n_clusters) : "";
}

function isSame(one: Focus | null, other: Focus | null): boolean {
  return one?.labels === other?.labels && one?.label === other?.label;
}

function NothingToCompare({ datasetId }: { datasetId: number }) {
  return (
    <EmptyState
      level={1}
      title={t("Nothing to compare yet")}
      actions={
        <ButtonLink to="/d/$datasetId/explore" params={{ datasetId }}>
          {t("Explore")}
        </ButtonLink>
      }
    >
      {t(
        "This table has no run. Cluster it first; two numbers of clusters of one run can be compared too.",
      )}
    </EmptyState>
  );
}
