import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { PartitionRead, RunRead } from "../../../api/contract.ts";
import { changesQuery } from "../../../api/explanations.ts";
import { formatCount } from "../../../ui/numbers.ts";
import classes from "../explorer.module.css";
import type { ExploreView, ViewChange } from "../exploreView.ts";
import { partitionAheadQuery, type ShownPartition } from "../partitions.ts";
import { Answering } from "../Answering.tsx";
import { movedShare, RowFlow } from "../RowFlow.tsx";
import { useExplainedRows } from "../useExplainedRows.ts";
import type { Selection } from "../selection.ts";
import { type Earlier, earlierPartitions } from "../earlier.ts";
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
                n_moved: movedShare(found),
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
          <RowFlow before={before} after={shown.partition} slots={shown.slots} found={found} />
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
