import { Tooltip } from "@mantine/core";
import { SizeBar } from "../../charts/SizeBar.tsx";
import { plural } from "../../ui/numbers.ts";
import { clusterName, shortCount, silhouetteText } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import { useClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";

interface ClusterListProps {
  shown: ShownPartition;
  /** Label of the isolated cluster, or null. */
  isolated: number | null;
  onIsolate: (label: number | null) => void;
}

/** Below it a cluster hardly stands apart (Kaufman and Rousseeuw 1990: no substantial structure). */
const WEAK_SILHOUETTE = 0.25;
const WEAK_WORDS = `Below ${WEAK_SILHOUETTE}: on average the rows of this cluster are hardly closer to each other than to the nearest other cluster.`;

/** All clusters: colour, name, size, silhouette. The accessible twin of the map. */
export function ClusterList({ shown, isolated, onIsolate }: ClusterListProps) {
  const colours = useClusterColours();
  const { clusters } = shown.partition;
  const largest = Math.max(...clusters.map(({ size }) => size), 1);
  return (
    <section className={`${classes.card} ${classes.clusters}`} aria-label="Clusters">
      <div className={classes.clusterHead}>
        <h2>
          Clusters <span className={classes.count}>{clusters.length}</span>
        </h2>
        <span>size</span>
        <span>silh.</span>
      </div>
      <ul className={classes.clusterRows}>
        {clusters.map(({ label, size, silhouette }) => {
          const colour = colours.css(shown.slots[label] ?? 0);
          return (
            <li key={label}>
              <button
                type="button"
                className={classes.clusterRow}
                data-label={label}
                aria-pressed={isolated === label}
                aria-label={`${clusterName(label)}, ${plural(size, "row")}, silhouette ${silhouetteText(silhouette)}`}
                onKeyDown={walkRows}
                onClick={() => onIsolate(isolated === label ? null : label)}
              >
                <i className={classes.chip} style={{ background: colour }} />
                <span className={classes.clusterName}>{clusterName(label)}</span>
                <SizeBar share={size / largest} colour={colour} />
                <span className="num">{shortCount(size)}</span>
                {silhouette !== null && silhouette < WEAK_SILHOUETTE ? (
                  <Tooltip label={WEAK_WORDS} multiline w={240}>
                    <span className={`num ${classes.weak}`}>{silhouetteText(silhouette)}</span>
                  </Tooltip>
                ) : (
                  <span className="num">{silhouetteText(silhouette)}</span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Arrow keys walk the list; Tab does too. */
function walkRows(event: React.KeyboardEvent<HTMLButtonElement>) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const row = event.currentTarget.closest("li");
  const next = step > 0 ? row?.nextElementSibling : row?.previousElementSibling;
  next?.querySelector("button")?.focus();
}
