import { useQuery } from "@tanstack/react-query";
import type { PartitionRead } from "../../../api/contract.ts";
import { changesQuery } from "../../../api/explanations.ts";
import { t } from "../../../language/language.ts";
import { Words } from "../../../language/Words.tsx";
import { TextLink } from "../../../ui/links.tsx";
import { formatCount } from "../../../ui/numbers.ts";
import { Answering } from "../Answering.tsx";
import type { ShownPartition } from "../partitions.ts";
import { movedShare, RowFlow } from "../RowFlow.tsx";
import classes from "./compare.module.css";

interface PairChangesProps {
  datasetId: number;
  first: PartitionRead;
  shown: ShownPartition;
  /** Of the first and of the other cut. */
  titles: readonly [string, string];
}

/** How rows move from the clusters of the first cut to those of another. */
export function PairChanges({ datasetId, first, shown, titles }: PairChangesProps) {
  const { partition, slots } = shown;
  const query = useQuery(changesQuery(partition, first));
  const [from, to] = titles;
  return (
    <section className={classes.pair} aria-label={t("{from} against {to}", { from, to })}>
      <h2>{t("{from} → {to}", { from, to })}</h2>
      <Answering query={query}>
        {(found) => (
          <>
            <p>
              <Words
                text="<b>{share}</b> of rows moved ({moved} of {compared}). ARI <b>{ari}</b>, AMI <b>{ami}</b>: 1 is the same grouping, 0 what chance gives."
                values={{
                  share: movedShare(found),
                  moved: formatCount(found.n_moved),
                  compared: formatCount(found.n_compared),
                  ari: found.adjusted_rand_index.toFixed(2),
                  ami: found.adjusted_mutual_information.toFixed(2),
                }}
                tags={{ b: <b className="num" /> }}
              />{" "}
              {found.n_moved > 0 && (
                <TextLink
                  underline="always"
                  to="/d/$datasetId/explore"
                  params={{ datasetId }}
                  search={{
                    run: partition.run_id,
                    k: partition.n_clusters,
                    dock: "changes",
                    since: first.run_id,
                    sinceK: first.n_clusters,
                  }}
                >
                  {t("See the rows that moved in Explore")}
                </TextLink>
              )}
            </p>
            <div className={classes.flow}>
              <RowFlow before={first} after={partition} slots={slots} found={found} />
            </div>
          </>
        )}
      </Answering>
    </section>
  );
}
