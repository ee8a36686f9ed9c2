import { useElementSize } from "@mantine/hooks";
import type { PartitionChanges, PartitionRead } from "../../api/contract.ts";
import { SankeyChart } from "../../charts/SankeyChart.tsx";
import { t } from "../../language/language.ts";
import { clusterNamesOf } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import { useClusterColours } from "./mapColours.ts";

interface RowFlowProps {
  before: PartitionRead;
  after: PartitionRead;
  /** Palette slot of every cluster of `after`; clusters of `before` take the colour of their counterpart. */
  slots: readonly number[];
  found: PartitionChanges;
}

/** Rows flowing from the clusters of one partition to those of another. Fills its frame. */
export function RowFlow({ before, after, slots, found }: RowFlowProps) {
  const { ref, width, height } = useElementSize();
  const colours = useClusterColours();
  const nameNow = clusterNamesOf(after);
  const nameThen = clusterNamesOf(before);
  const slotThen = (label: number) => {
    const now = found.counterparts.indexOf(label);
    return now < 0 ? null : (slots[now] ?? 0);
  };
  const left = found.contingency.map((_, label) => label);
  const right = slots.map((_, label) => label);
  return (
    <div ref={ref} className={classes.flow}>
      {width > 0 && height > 0 && (
        <SankeyChart
          counts={found.contingency}
          left={{
            names: left.map(nameThen),
            colours: left.map((label) => {
              const slot = slotThen(label);
              return slot === null ? "var(--fg3)" : colours.css(slot);
            }),
          }}
          right={{
            names: right.map(nameNow),
            colours: right.map((label) => colours.css(slots[label] ?? 0)),
          }}
          width={width}
          height={height}
          label={inWords(found, nameThen, nameNow)}
        />
      )}
    </div>
  );
}

/** The share of rows that moved: "0.4 %", "38 %". */
export function movedShare({ n_moved: moved, n_compared: compared }: PartitionChanges): string {
  const percent = compared > 0 ? (100 * moved) / compared : 0;
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
}

/** The largest flows between clusters that do not correspond, for those who do not see them. */
function inWords(
  found: PartitionChanges,
  nameThen: (label: number) => string,
  nameNow: (label: number) => string,
): string {
  const flows = found.contingency.flatMap((row, from) =>
    row.map((count, to) => ({ from, to, count })),
  );
  const told = flows
    .filter(({ from, to, count }) => count > 0 && found.counterparts[to] !== from)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 5)
    .map(({ from, to, count }) =>
      t("{count, plural, one {# row} other {# rows}} from {from} to {to}", {
        count,
        from: nameThen(from),
        to: nameNow(to),
      }),
    );
  return told.length > 0 ? t("Moved: {flows}", { flows: told.join(", ") }) : t("No row moved");
}
