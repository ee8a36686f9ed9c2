import { Button, Select } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useRef } from "react";
import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import { clusterExplanationQuery } from "../../../api/explanations.ts";
import { t } from "../../../language/language.ts";
import { ButtonLink } from "../../../ui/links.tsx";
import { formatTime } from "../../../ui/numbers.ts";
import { clusterNamesOf } from "../clusterNames.ts";
import { choosableCuts, cutName, cutsFromText } from "../cuts.ts";
import { saveBlob } from "../../../api/download.ts";
import { PAPER_COLOURS } from "../mapColours.ts";
import { matchSlots } from "../matching.ts";
import type { LoadedPartition } from "../partitions.ts";
import { recallSlots } from "../slotMemory.ts";
import { Answer } from "./Answer.tsx";
import { ClusterSection } from "./ClusterSection.tsx";
import { DataSection } from "./DataSection.tsx";
import { EditsSection, ScriptSection } from "./EditsSection.tsx";
import { MethodSection } from "./MethodSection.tsx";
import classes from "./report.module.css";
import { standalone } from "./standalone.ts";
import { SuretySection } from "./SuretySection.tsx";
import { WhySection } from "./WhySection.tsx";

interface ReportSheetProps {
  dataset: DatasetRead;
  run: RunRead;
  runs: readonly RunRead[];
  loaded: LoadedPartition;
  onChoose: (runId: number, nClusters: number) => void;
}

/** The report as a sheet of paper, light in either theme, and the ways to take it along. */
export function ReportSheet({ dataset, run, runs, loaded, onChoose }: ReportSheetProps) {
  const sheet = useRef<HTMLElement>(null);
  const { partition, labels } = loaded;
  const { clusters, n_clusters: nClusters } = partition;
  const explanations = useQueries({
    queries: clusters.map(({ label }) => clusterExplanationQuery(partition, label)),
  });
  const nExplained = explanations.filter(({ data, error }) => data ?? error).length;
  const isWhole = nExplained === clusters.length;
  const slots =
    recallSlots(partition.key, clusters.length) ?? matchSlots(null, labels, clusters.length);
  const colours = slots.map(PAPER_COLOURS.css);
  const nameOf = clusterNamesOf(partition);
  const title = t("{name}: {count, plural, one {# cluster} other {# clusters}}", {
    name: dataset.name,
    count: clusters.length,
  });
  const choices = choosableCuts(runs).map((cut) => ({
    value: cutName(cut),
    label: t("Run {number} · k = {n_clusters}", {
      number: runs.find(({ id }) => id === cut.runId)?.number ?? 0,
      n_clusters: cut.nClusters,
    }),
  }));
  const save = () => {
    if (!sheet.current) return;
    const file = new Blob([standalone(sheet.current, title)], { type: "text/html" });
    saveBlob(file, `${dataset.name} k=${nClusters}.html`);
  };
  return (
    <div className={classes.page}>
      <div className={classes.bar} role="toolbar" aria-label={t("Report")}>
        <Select
          aria-label={t("What the report is about")}
          data={choices}
          value={cutName({ runId: run.id, nClusters })}
          allowDeselect={false}
          onChange={(name) => {
            const [cut] = cutsFromText(name ?? undefined);
            if (cut) onChoose(cut.runId, cut.nClusters);
          }}
        />
        <span role="status" className={classes.progress}>
          {!isWhole &&
            t("{done} of {all} clusters explained", { done: nExplained, all: clusters.length })}
        </span>
        <ButtonLink
          variant="default"
          to="/d/$datasetId/explore"
          params={{ datasetId: dataset.id }}
          search={{ run: run.id, k: nClusters }}
        >
          {t("Explore")}
        </ButtonLink>
        <Button variant="default" disabled={!isWhole} onClick={() => window.print()}>
          {t("Print or save as PDF")}
        </Button>
        <Button disabled={!isWhole} onClick={save}>
          {t("Download as one HTML file")}
        </Button>
      </div>
      <article ref={sheet} className={classes.sheet} data-paper aria-label={title}>
        <header>
          <h1>{title}</h1>
          <p className={classes.when}>
            {t("Run {number} of {original_name}, made {when} with Fiedler.", {
              number: run.number,
              original_name: dataset.original_name,
              when: formatTime(run.created_at),
            })}
          </p>
        </header>
        <Answer run={run} loaded={loaded} colours={colours} />
        <section aria-label={t("The clusters")}>
          <h2>{t("The clusters")}</h2>
          {clusters.map((cluster, at) => (
            <ClusterSection
              key={cluster.label}
              run={run}
              cluster={cluster}
              nameOf={nameOf}
              colour={colours[at] ?? "var(--fg3)"}
              query={explanations[at] as (typeof explanations)[number]}
            />
          ))}
        </section>
        <WhySection run={run} nClusters={nClusters} />
        <SuretySection run={run} partition={partition} nameOf={nameOf} />
        <EditsSection run={run} nClusters={nClusters} />
        <DataSection dataset={dataset} run={run} />
        <MethodSection run={run} />
        <ScriptSection partition={partition} />
      </article>
    </div>
  );
}
