import { ActionIcon, Select } from "@mantine/core";
import { useMemo } from "react";
import type { RunRead } from "../../../api/contract.ts";
import { asProblem } from "../../../api/problem.ts";
import { t } from "../../../language/language.ts";
import { CloseIcon } from "../../../ui/icons.tsx";
import { ProblemAlert } from "../../../ui/ProblemAlert.tsx";
import { SizeBar } from "../../../charts/SizeBar.tsx";
import { clusterNamesOf, shortCount, silhouetteText } from "../clusterNames.ts";
import { useClusterColours } from "../mapColours.ts";
import type { ShownPartition } from "../partitions.ts";
import type { SamplePoints } from "../samplePoints.ts";
import { type Focus, SmallMap } from "../SmallMap.tsx";
import classes from "./compare.module.css";
import { type Cut, cutName, cutTitle } from "../cuts.ts";

interface CutCardProps {
  run: RunRead;
  cut: Cut;
  /** The others are set against it. */
  isFirst: boolean;
  choices: { value: string; label: string }[];
  points: SamplePoints | undefined;
  shown: ShownPartition | null;
  problem: Error | null | undefined;
  onRetry: () => void;
  focus: Focus | null;
  onHover: (focus: Focus | null) => void;
  onPin: (focus: Focus | null) => void;
  onReplace: (name: string) => void;
  onRemove: (() => void) | undefined;
}

/** One cut: which, its map, its clusters. */
export function CutCard(props: CutCardProps) {
  const { run, cut, isFirst, choices, points, shown, problem, onRetry, onReplace, onRemove } =
    props;
  const title = cutTitle(run, cut.nClusters);
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.cardHead}>
        <Select
          aria-label={isFirst ? t("First cut") : t("Cut to compare with the first")}
          data={[{ value: cutName(cut), label: title }, ...choices]}
          value={cutName(cut)}
          allowDeselect={false}
          onChange={(name) => name !== null && onReplace(name)}
        />
        {onRemove && (
          <ActionIcon
            aria-label={t("Take {title} out of the comparison", { title })}
            onClick={onRemove}
          >
            <CloseIcon size={14} />
          </ActionIcon>
        )}
      </div>
      {problem ? (
        <ProblemAlert problem={asProblem(problem)} onRetry={onRetry} />
      ) : shown && points ? (
        <Clusters {...props} shown={shown} points={points} />
      ) : (
        <p role="status" className={classes.waiting}>
          {t("Cutting and loading…")}
        </p>
      )}
    </section>
  );
}

function Clusters({
  run,
  points,
  shown,
  focus,
  onHover,
  onPin,
}: CutCardProps & { shown: ShownPartition; points: SamplePoints }) {
  const colours = useClusterColours();
  const { partition, labels, slots } = shown;
  const clusterName = clusterNamesOf(partition);
  const css = useMemo(() => slots.map((slot) => colours.css(slot)), [slots, colours]);
  const largest = Math.max(...partition.clusters.map(({ size }) => size), 1);
  const focusOf = (row: number | null): Focus | null => {
    const label = row === null ? undefined : labels[row];
    return label === undefined || label >= slots.length ? null : { labels, label };
  };
  return (
    <>
      <SmallMap
        points={points}
        labels={labels}
        colours={css}
        context="#8b95a3"
        focus={focus}
        onHover={(row) => onHover(focusOf(row))}
        onPress={(row) => onPin(focusOf(row))}
        label={t("Map of run {number} into {count, plural, one {# cluster} other {# clusters}}", {
          number: run.number,
          count: partition.clusters.length,
        })}
      />
      <p className={classes.figures}>
        {t("{method} · silhouette {silhouette}", {
          method: run.method,
          silhouette: silhouetteText(partition.silhouette),
        })}
        {partition.position > 0 &&
          t(" · {count, plural, one {# edit} other {# edits}}", { count: partition.position })}
      </p>
      <ul className={classes.clusters}>
        {partition.clusters.map(({ label, size, silhouette }) => (
          <li key={label}>
            <button
              type="button"
              aria-pressed={focus?.labels === labels && focus.label === label}
              onPointerEnter={() => onHover({ labels, label })}
              onPointerLeave={() => onHover(null)}
              onFocus={() => onHover({ labels, label })}
              onBlur={() => onHover(null)}
              onClick={() => onPin({ labels, label })}
            >
              <i className={classes.chip} style={{ background: css[label] }} />
              <span className={classes.name}>{clusterName(label)}</span>
              <SizeBar share={size / largest} colour={css[label] ?? "var(--fg3)"} />
              <span className="num">{shortCount(size)}</span>
              <span className="num dim">{silhouetteText(silhouette)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
