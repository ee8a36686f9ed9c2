import { Button } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { RunRead } from "../../api/contract.ts";
import { SilhouetteBars } from "../../charts/SilhouetteBars.tsx";
import { formatCount } from "../../ui/numbers.ts";
import { silhouetteText, useClusterName } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import { useClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import { Views } from "./profile/Views.tsx";
import { type Selection, selectCluster } from "./selection.ts";
import { t } from "../../language/language.ts";

// Answers are shown once somebody asks; none is part of the first load.
const ClusterAnswer = lazy(async () => ({
  default: (await import("./profile/ClusterAnswer.tsx")).ClusterAnswer,
}));
const SelectionAnswer = lazy(async () => ({
  default: (await import("./profile/SelectionAnswer.tsx")).SelectionAnswer,
}));
const RowWhy = lazy(async () => ({ default: (await import("./why/RowWhy.tsx")).RowWhy }));

interface ClusterProfileProps {
  run: RunRead;
  shown: ShownPartition;
  /** Label of the isolated cluster, or null. */
  isolated: number | null;
  selection: Selection | null;
  /** The row whose place is explained, 0-based, or null. */
  whyRow: number | null;
  onIsolate: (label: number) => void;
  onSelection: (selection: Selection | null) => void;
  onWhy: (row: number | null) => void;
}

/** What is known about a row, the isolated cluster, the selected rows, or the whole partition. */
export function ClusterProfile(props: ClusterProfileProps) {
  const clusterName = useClusterName();
  const { run, shown, isolated, selection, whyRow, onIsolate, onSelection, onWhy } = props;
  const colours = useClusterColours();
  const { partition, labels, slots } = shown;
  const cluster = partition.clusters.find(({ label }) => label === isolated);
  const colourOf = (label: number) => colours.css(slots[label] ?? 0);
  return (
    <section
      className={`${classes.card} ${classes.profile}`}
      aria-label={t("Profile")}
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <Suspense>
        {whyRow !== null && whyRow < labels.length ? (
          <RowWhy
            key={whyRow}
            shown={shown}
            row={whyRow}
            colourOf={colourOf}
            onBack={() => onWhy(null)}
            onIsolate={(label) => {
              onWhy(null);
              onIsolate(label);
            }}
            onWhy={onWhy}
          />
        ) : cluster ? (
          <>
            <div className={classes.cardHead}>
              <h2>
                <i className={classes.chip} style={{ background: colourOf(cluster.label) }} />
                {clusterName(cluster.label)}
              </h2>
              <Button
                size="xs"
                variant="default"
                onClick={() => onSelection(selectCluster(labels, cluster.label))}
              >
                {t("Select its rows")}
              </Button>
            </div>
            <ClusterAnswer
              key={cluster.label}
              run={run}
              shown={shown}
              cluster={cluster}
              colourOf={colourOf}
              onIsolate={onIsolate}
              onSelection={onSelection}
              onWhy={onWhy}
            />
          </>
        ) : selection ? (
          <>
            <h2>{t("Selected rows")}</h2>
            {selection.rows.length < run.n_rows ? (
              <SelectionAnswer
                run={run}
                shown={shown}
                selection={selection}
                colourOf={colourOf}
                onSelection={onSelection}
              />
            ) : (
              <p className={classes.note}>
                {t("All rows are selected: there is nothing to compare them with.")}
              </p>
            )}
          </>
        ) : (
          <Overview run={run} shown={shown} colourOf={colourOf} />
        )}
      </Suspense>
    </section>
  );
}

interface OverviewProps {
  run: RunRead;
  shown: ShownPartition;
  colourOf: (label: number) => string;
}

function Overview({ run, shown, colourOf }: OverviewProps) {
  const clusterName = useClusterName();
  const { partition } = shown;
  return (
    <>
      <h2>{t("All clusters")}</h2>
      <dl className={classes.facts}>
        <Fact name={t("Rows")} value={formatCount(run.n_rows)} />
        <Fact name={t("Columns used")} value={formatCount(run.n_features)} />
        <Fact name={t("Silhouette")} value={silhouetteText(partition.silhouette)} />
      </dl>
      <h3 className={classes.subhead}>{t("Silhouette by cluster")}</h3>
      <SilhouetteBars
        bars={partition.clusters.map(({ label, silhouette }) => ({
          name: clusterName(label),
          silhouette,
          colour: colourOf(label),
        }))}
        mean={partition.silhouette}
        emphasised={null}
      />
      <div className={classes.scale} aria-hidden="true">
        <span>−1</span>
        <span>0</span>
        <span>1</span>
      </div>
      <p className={classes.note}>{sampleInWords(run, shown)}</p>
      <Views partition={partition} />
      <p className={classes.note}>
        {t(
          "Choose a cluster in the list or on the map to see what sets it apart. Press W over a point to see why it is where it is.",
        )}
      </p>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}

function sampleInWords(run: RunRead, { partition }: ShownPartition): string {
  if (partition.silhouette === null) return t("The silhouette needs at least two clusters.");
  const size = partition.silhouette_sample_size;
  const inClusters = run.n_rows - partition.n_excluded;
  const all = partition.n_excluded > 0 ? t("all rows in clusters") : t("all rows");
  const where =
    size >= inClusters
      ? all
      : t("a sample of {count, plural, one {# row} other {# rows}}", { count: size });
  return t(
    "Mean {silhouetteText} over {where}; 1 is far from other clusters, below 0 nearer to another one.",
    { silhouetteText: silhouetteText(partition.silhouette), where },
  );
}
