import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { clusterExplanationQuery, comparisonQuery } from "../../../api/explanations.ts";
import type { ClusterExplanation, ClusterRead, RunRead } from "../../../api/contract.ts";
import { silhouetteText, useClusterName } from "../clusterNames.ts";
import type { ShownPartition } from "../partitions.ts";
import type { Selection } from "../selection.ts";
import { AgainstSelect } from "./AgainstSelect.tsx";
import { Answering } from "../Answering.tsx";
import { BorderRows } from "./BorderRows.tsx";
import { ContrastView } from "./ContrastView.tsx";
import { rowsInWords, shareText } from "../explanationWords.ts";
import classes from "./profile.module.css";
import { useExplainedRows } from "../useExplainedRows.ts";
import { t } from "../../../language/language.ts";
import { Words } from "../../../language/Words.tsx";
import { formatCount } from "../../../ui/numbers.ts";

interface ClusterAnswerProps {
  run: RunRead;
  shown: ShownPartition;
  cluster: ClusterRead;
  /** CSS colour of a cluster. */
  colourOf: (label: number) => string;
  onIsolate: (label: number) => void;
  onSelection: (selection: Selection | null) => void;
  onWhy: (row: number) => void;
}

/** What makes a cluster one: against all other rows, or against another cluster. */
export function ClusterAnswer(props: ClusterAnswerProps) {
  const clusterName = useClusterName();
  const { run, shown, cluster, colourOf, onIsolate, onSelection, onWhy } = props;
  const { label, size } = cluster;
  const { partition } = shown;
  const [wanted, setAgainst] = useState<number | null>(null);
  const others = partition.clusters.map((each) => each.label).filter((each) => each !== label);
  const against = wanted !== null && others.includes(wanted) ? wanted : null;
  const own = useQuery(clusterExplanationQuery(partition, label));
  const comparison = useQuery({
    ...comparisonQuery(partition, { cluster: label }, { cluster: against ?? label }),
    enabled: against !== null,
  });
  const rows = useExplainedRows(run.id, run.n_rows, onSelection);
  const colour = colourOf(label);
  return (
    <>
      <div className={classes.facts}>
        <span className="num">
          {t("{rowsInWords} · silhouette {silhouetteText}", {
            rowsInWords: rowsInWords(size, run.n_rows),
            silhouetteText: silhouetteText(cluster.silhouette),
          })}
        </span>
        {others.length > 1 && (
          <AgainstSelect value={against} labels={others} onChange={setAgainst} />
        )}
      </div>
      {against === null ? (
        <Answering query={own}>
          {(answer) => (
            <ContrastView
              answer={answer}
              sides={{ colour, against: undefined, others: t("the rest") }}
              nCompared={answer.n_rows}
              rows={rows}
              end={
                answer.border && (
                  <BorderRows
                    border={answer.border}
                    size={size}
                    colour={colour}
                    colourOf={colourOf}
                    busy={rows.busy === "border"}
                    onSelect={() => void rows.select(answer.key, "border")}
                    onWhy={onWhy}
                  />
                )
              }
            >
              <Nearest answer={answer} colourOf={colourOf} onIsolate={onIsolate} />
            </ContrastView>
          )}
        </Answering>
      ) : (
        <Answering query={comparison}>
          {(answer) => (
            <ContrastView
              answer={answer}
              sides={{ colour, against: colourOf(against), others: clusterName(against) }}
              nCompared={answer.n_first + answer.n_second - answer.n_shared}
              rows={rows}
            />
          )}
        </Answering>
      )}
    </>
  );
}

interface NearestProps {
  answer: ClusterExplanation;
  colourOf: (label: number) => string;
  onIsolate: (label: number) => void;
}

function Nearest({ answer: { nearest, size }, colourOf, onIsolate }: NearestProps) {
  const clusterName = useClusterName();
  if (!nearest) return null;
  const share = nearest.share_nearer === 0 ? t("none") : shareText(nearest.share_nearer);
  const other = (
    <button type="button" onClick={() => onIsolate(nearest.cluster)}>
      <i className={classes.chip} style={{ background: colourOf(nearest.cluster) }} />
      {clusterName(nearest.cluster)}
    </button>
  );
  return (
    <p className={classes.nearest}>
      {nearest.n_examined < size ? (
        <Words
          text="Closest: {other}, {share} of {examined} sampled rows sit nearer to it."
          values={{ other, share, examined: formatCount(nearest.n_examined) }}
        />
      ) : (
        <Words
          text="Closest: {other}, {share} of its rows sit nearer to it."
          values={{ other, share }}
        />
      )}
    </p>
  );
}
