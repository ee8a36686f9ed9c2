import { useElementSize } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { PartitionChanges, PartitionRead, RunRead } from "../../../api/contract.ts";
import { changesQuery } from "../../../api/explanations.ts";
import { SankeyChart } from "../../../charts/SankeyChart.tsx";
import { formatCount } from "../../../ui/numbers.ts";
import { clusterNamesOf, useClusterName } from "../clusterNames.ts";
import classes from "../explorer.module.css";
import type { ExploreView, ViewChange } from "../exploreView.ts";
import { useClusterColours } from "../mapColours.ts";
import { partitionAheadQuery, type ShownPartition } from "../partitions.ts";
import { Answering } from "../Answering.tsx";
import { useExplainedRows } from "../useExplainedRows.ts";
import type { Selection } from "../selection.ts";
import { type Earlier, earlierPartitions } from "./earlier.ts";
import { t } from "../../../language/language.ts";
import { Words } from "../../../language/Words.tsx";

interface ChangesPanelProps {
  run: RunRead;
  runs: readonly RunRead[];
  shown: ShownPartition;
  view: ExploreView;
  onView: (change: ViewChange) => void;
  onSelection: (selection: Selection | null) => void;
}

/** Which rows moved from the clusters of another run, or of another cut, to those on the screen. */
export function ChangesPanel(props: ChangesPanelProps) {
  const { run, runs, shown, view, onView } = props;
  const choices = earlierPartitions(run, runs, shown.partition.n_clusters);
  const { since } = view;
  const chosen =
    choices.find((each) => each.run.id === since?.run && each.nClusters === since.k) ?? choices[0];
  if (!chosen) {
    return (
      <p className={classes.dockNote}>
        {t(
          "There is no other run of this table, and no other number of clusters was suggested. Run it again with other parameters, or choose another number of clusters, and come back.",
        )}
      </p>
    );
  }
  return (
    <div className={classes.dockAnswer}>
      <label className={classes.dockChoice}>
        {t("Since")}
        <select
          value={nameOf(chosen)}
          onChange={({ target }) => {
            const next = choices.find((each) => nameOf(each) === target.value);
            if (next) onView({ since: next.run.id, sinceK: next.nClusters });
          }}
        >
          {choices.map((each) => (
            <option key={nameOf(each)} value={nameOf(each)}>
              {each.run.id === run.id
                ? t("This run")
                : t("Run {number}", { number: each.run.number })}
              {`, k = ${each.nClusters}`}
            </option>
          ))}
        </select>
      </label>
      <Changes key={nameOf(chosen)} {...props} earlier={chosen} />
    </div>
  );
}

function nameOf({ run, nClusters }: Earlier): string {
  return `${run.id} ${nClusters}`;
}

function Changes({ run, shown, earlier, onSelection }: ChangesPanelProps & { earlier: Earlier }) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["changes since", shown.partition.key, earlier.run.id, earlier.nClusters] as const,
    queryFn: async () => {
      // Cut first where it never was.
      const before = earlier.partition ?? (await cutOf(earlier, client));
      return { before, found: await client.fetchQuery(changesQuery(shown.partition, before)) };
    },
    retry: false,
  });
  const moved = useExplainedRows(run.id, run.n_rows, onSelection);
  return (
    <Answering query={query}>
      {({ before, found }) => (
        <>
          <p className={classes.dockFact}>
            <Words
              text="<b>{n_moved}</b> of rows moved. ARI <b>{adjusted_rand_index}</b>, AMI <b>{adjusted_mutual_information}</b>."
              values={{
                n_moved: share(found.n_moved, found.n_compared),
                adjusted_rand_index: found.adjusted_rand_index.toFixed(2),
                adjusted_mutual_information: found.adjusted_mutual_information.toFixed(2),
              }}
              tags={{ b: <b className="num" /> }}
            />
            {found.n_left_out > 0 &&
              t(" {count, plural, one {# excluded row} other {# excluded rows}} left out.", {
                count: found.n_left_out,
              })}
            {found.n_moved > 0 && (
              <button
                type="button"
                className={classes.link}
                disabled={moved.busy !== null}
                onClick={() => void moved.select(found.key, "moved")}
              >
                {t("Select the {n_moved} that moved", { n_moved: formatCount(found.n_moved) })}
              </button>
            )}
          </p>
          <Flow before={before} shown={shown} found={found} />
        </>
      )}
    </Answering>
  );
}

async function cutOf(
  { run, nClusters }: Earlier,
  client: ReturnType<typeof useQueryClient>,
): Promise<PartitionRead> {
  return (await client.fetchQuery(partitionAheadQuery(run, nClusters))).partition;
}

function Flow({
  before,
  shown,
  found,
}: {
  before: PartitionRead;
  shown: ShownPartition;
  found: PartitionChanges;
}) {
  const { ref, width, height } = useElementSize();
  const colours = useClusterColours();
  const nameNow = useClusterName();
  const nameThen = clusterNamesOf(before);
  const slotThen = (label: number) => {
    const now = found.counterparts.indexOf(label);
    return now < 0 ? null : (shown.slots[now] ?? 0);
  };
  const left = found.contingency.map((_, label) => label);
  const right = shown.slots.map((_, label) => label);
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
            colours: right.map((label) => colours.css(shown.slots[label] ?? 0)),
          }}
          width={width}
          height={height}
          label={inWords(found, nameThen, nameNow)}
        />
      )}
    </div>
  );
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

function share(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
}
