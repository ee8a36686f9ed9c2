import { Button, Tooltip } from "@mantine/core";
import { useState } from "react";
import { EXCLUDED } from "../../api/edits.ts";
import { SizeBar } from "../../charts/SizeBar.tsx";
import { shortCount, silhouetteText, useClusterName } from "./clusterNames.ts";
import { ClusterMenu } from "./editing/ClusterMenu.tsx";
import editingClasses from "./editing/editing.module.css";
import { HistoryMenu } from "./editing/HistoryMenu.tsx";
import { RenameField } from "./editing/RenameField.tsx";
import type { Editing } from "./editing/useEditing.ts";
import classes from "./explorer.module.css";
import { Term } from "./Term.tsx";
import { useClusterConfidence } from "./useClusterConfidence.ts";
import { useClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import { t } from "../../language/language.ts";
import { Words } from "../../language/Words.tsx";

interface ClusterListProps {
  shown: ShownPartition;
  /** Label of the isolated cluster, or null. */
  isolated: number | null;
  onIsolate: (label: number | null) => void;
  editing: Editing;
  /** Select all rows with a label. */
  onSelectLabel: (label: number) => void;
}

/** Below it a cluster hardly stands apart (Kaufman and Rousseeuw 1990: no substantial structure). */
const WEAK_SILHOUETTE = 0.25;
const WEAK_WORDS = t(
  "Below {WEAK_SILHOUETTE}: on average the rows of this cluster are hardly closer to each other than to the nearest other cluster.",
  { WEAK_SILHOUETTE },
);
const SILHOUETTE_WORDS = t(
  "How far the rows of a cluster lie from the nearest other one, from −1 to 1: near 1 they stand apart, near 0 they touch, below 0 they are nearer to the other.",
);
const SURE_WORDS = t(
  "How surely the rows belong to their cluster, on average from 0 to 1: where several views were taken, the share of them that puts a row there too.",
);
/** Names a dragged cluster in the browser's drag data. */
const DRAGGED = "application/x-fiedler-cluster";

/** All clusters: colour, name, size, silhouette, and what can be done with them. The accessible twin of the map. */
export function ClusterList(props: ClusterListProps) {
  const { shown, isolated, onIsolate, editing, onSelectLabel } = props;
  const colours = useClusterColours();
  const clusterName = useClusterName();
  const { clusters, n_excluded: nExcluded, n_clusters: nClusters } = shown.partition;
  const [renamed, setRenamed] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const confidence = useClusterConfidence(shown.partition);
  const largest = Math.max(...clusters.map(({ size }) => size), 1);
  const labels = clusters.map(({ label }) => label);
  const drop = (event: React.DragEvent, label: number) => {
    setOver(null);
    const text = event.dataTransfer.getData(DRAGGED);
    if (text === "") return;
    event.preventDefault();
    const dragged = Number(text);
    if (dragged !== label) editing.apply({ kind: "merge", clusters: [label, dragged] });
  };
  return (
    <section
      className={`${classes.card} ${classes.clusters}`}
      aria-label={t("Clusters")}
      data-tour="clusters"
    >
      <div className={classes.clusterHead}>
        <h2>
          <Words
            text="Clusters <span>{clustersCount}</span>"
            values={{ clustersCount: clusters.length }}
            tags={{ span: <span className={classes.count} /> }}
          />
        </h2>
        <span>{t("size")}</span>
        <Term name={t("silh.")} title={t("Silhouette")} text={SILHOUETTE_WORDS} />
        <Term
          name={t("sure")}
          title={t("How sure")}
          text={
            confidence
              ? t("{what} Measured by: {basis}.", { what: SURE_WORDS, basis: confidence.basis })
              : SURE_WORDS
          }
        />
      </div>
      <HistoryMenu editing={editing} nClusters={nClusters} />
      <ul className={classes.clusterRows}>
        {clusters.map(({ label, size, silhouette }) => {
          const colour = colours.css(shown.slots[label] ?? 0);
          return (
            <li key={label} className={editingClasses.row} data-over={over === label || undefined}>
              {renamed === label ? (
                <div className={classes.clusterRow}>
                  <i className={classes.chip} style={{ background: colour }} />
                  <RenameField
                    name={clusterName(label)}
                    onRename={(name) => editing.apply({ kind: "rename", cluster: label, name })}
                    onClose={() => {
                      setRenamed(null);
                      focusRow(label);
                    }}
                  />
                </div>
              ) : (
                <button
                  type="button"
                  className={classes.clusterRow}
                  data-label={label}
                  draggable={editing.mayEdit}
                  aria-pressed={isolated === label}
                  aria-label={t(
                    "{label}, {count, plural, one {# row} other {# rows}}, silhouette {silhouetteText}",
                    {
                      label: clusterName(label),
                      count: size,
                      silhouetteText: silhouetteText(silhouette),
                    },
                  )}
                  onDragStart={(event) => {
                    event.dataTransfer.setData(DRAGGED, String(label));
                    event.dataTransfer.effectAllowed = "move";
                  }}
                  onDragOver={(event) => {
                    if (!event.dataTransfer.types.includes(DRAGGED)) return;
                    event.preventDefault();
                    setOver(label);
                  }}
                  onDragLeave={() => setOver(null)}
                  onDrop={(event) => drop(event, label)}
                  onKeyDown={(event) => {
                    if (event.key === "F2") setRenamed(editing.mayEdit ? label : null);
                    else walkRows(event);
                  }}
                  onClick={() => onIsolate(isolated === label ? null : label)}
                >
                  <i className={classes.chip} style={{ background: colour }} />
                  <span className={classes.clusterName} title={clusterName(label)}>
                    {clusterName(label)}
                  </span>
                  <SizeBar share={size / largest} colour={colour} />
                  <span className="num">{shortCount(size)}</span>
                  {silhouette !== null && silhouette < WEAK_SILHOUETTE ? (
                    <Tooltip label={WEAK_WORDS} multiline w={240}>
                      <span className={`num ${classes.weak}`}>{silhouetteText(silhouette)}</span>
                    </Tooltip>
                  ) : (
                    <span className="num">{silhouetteText(silhouette)}</span>
                  )}
                  <span className="num">{silhouetteText(confidence?.means[label] ?? null)}</span>
                </button>
              )}
              <ClusterMenu
                label={label}
                labels={labels}
                size={size}
                editing={editing}
                onRename={() => setRenamed(label)}
                onSelectRows={() => onSelectLabel(label)}
              />
            </li>
          );
        })}
      </ul>
      {nExcluded > 0 && (
        <p className={editingClasses.excluded}>
          <span className="num">
            {t("{count, plural, one {# row} other {# rows}} excluded", { count: nExcluded })}
          </span>
          <Button size="compact-xs" variant="subtle" onClick={() => onSelectLabel(EXCLUDED)}>
            {t("Select them")}
          </Button>
        </p>
      )}
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

/** Gives the focus back to a row of the list once it is drawn again. */
function focusRow(label: number) {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`button[data-label="${label}"]`)?.focus(),
  );
}
