import { Button } from "@mantine/core";
import type { RunRead } from "../../api/contract.ts";
import { SilhouetteBars } from "../../charts/SilhouetteBars.tsx";
import { formatCount, plural } from "../../ui/numbers.ts";
import { clusterName, silhouetteText } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import { useClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";

interface ClusterProfileProps {
  run: RunRead;
  shown: ShownPartition;
  /** Label of the isolated cluster, or null. */
  isolated: number | null;
  onSelectRows: (label: number) => void;
}

/** What is known about the isolated cluster, or about the whole partition. */
export function ClusterProfile({ run, shown, isolated, onSelectRows }: ClusterProfileProps) {
  const colours = useClusterColours();
  const { partition, slots } = shown;
  const cluster = partition.clusters.find(({ label }) => label === isolated);
  const colour = (label: number) => colours.css(slots[label] ?? 0);
  return (
    // What scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={`${classes.card} ${classes.profile}`} aria-label="Profile" tabIndex={0}>
      {cluster ? (
        <>
          <div className={classes.cardHead}>
            <h2>
              <i className={classes.chip} style={{ background: colour(cluster.label) }} />
              {clusterName(cluster.label)}
            </h2>
            <Button size="xs" variant="default" onClick={() => onSelectRows(cluster.label)}>
              Select its rows
            </Button>
          </div>
          <dl className={classes.facts}>
            <Fact name="Rows" value={formatCount(cluster.size)} />
            <Fact
              name="Share of all"
              value={`${((100 * cluster.size) / run.n_rows).toFixed(1)} %`}
            />
            <Fact name="Silhouette" value={silhouetteText(cluster.silhouette)} />
          </dl>
        </>
      ) : (
        <>
          <h2>All clusters</h2>
          <dl className={classes.facts}>
            <Fact name="Rows" value={formatCount(run.n_rows)} />
            <Fact name="Columns used" value={formatCount(run.n_features)} />
            <Fact name="Silhouette" value={silhouetteText(partition.silhouette)} />
          </dl>
        </>
      )}
      <h3 className={classes.subhead}>Silhouette by cluster</h3>
      <SilhouetteBars
        bars={partition.clusters.map(({ label, silhouette }) => ({
          name: clusterName(label),
          silhouette,
          colour: colour(label),
        }))}
        mean={partition.silhouette}
        emphasised={cluster ? partition.clusters.indexOf(cluster) : null}
      />
      <div className={classes.scale} aria-hidden="true">
        <span>−1</span>
        <span>0</span>
        <span>1</span>
      </div>
      <p className={classes.note}>{sampleInWords(run, shown)}</p>
      {!cluster && (
        <p className={classes.note}>Choose a cluster in the list or on the map to see it alone.</p>
      )}
    </section>
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
  if (partition.silhouette === null) return "The silhouette needs at least two clusters.";
  const size = partition.silhouette_sample_size;
  const where = size >= run.n_rows ? "all rows" : `a sample of ${plural(size, "row")}`;
  return `Mean ${silhouetteText(partition.silhouette)} over ${where}; 1 is far from other clusters, below 0 nearer to another one.`;
}
