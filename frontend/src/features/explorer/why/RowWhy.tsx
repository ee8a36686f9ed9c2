import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { rowExplanationQuery } from "../../../api/explanations.ts";
import type { RowExplanation } from "../../../api/contract.ts";
import { asProblem } from "../../../api/problem.ts";
import { EffectBar } from "../../../charts/EffectBar.tsx";
import { formatCount, formatStatistic } from "../../../ui/numbers.ts";
import { ProblemAlert } from "../../../ui/ProblemAlert.tsx";
import { silhouetteText, useClusterName } from "../clusterNames.ts";
import type { ShownPartition } from "../partitions.ts";
import classes from "./why.module.css";
import { t } from "../../../language/language.ts";
import { Words } from "../../../language/Words.tsx";

interface RowWhyProps {
  shown: ShownPartition;
  /** Table row, 0-based. */
  row: number;
  /** CSS colour of a cluster. */
  colourOf: (label: number) => string;
  onBack: () => void;
  onIsolate: (label: number) => void;
  onWhy: (row: number) => void;
}

/** Why a row is here and not there: what holds it, and what draws it elsewhere. */
export function RowWhy(props: RowWhyProps) {
  const { shown, row, onBack } = props;
  const query = useQuery(rowExplanationQuery(shown.partition, row));
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever asked by keyboard goes on where the answer is.
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <div className={classes.head}>
        <h2 ref={heading} tabIndex={-1}>
          {t("Row {value}", { value: formatCount(row + 1) })}
        </h2>
        <Button size="xs" variant="default" onClick={onBack}>
          {t("Back")}
        </Button>
      </div>
      {query.error ? (
        <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Answer {...props} answer={query.data} />
      ) : (
        <p className={classes.quiet} role="status">
          {t("Looking at its neighbours…")}
        </p>
      )}
    </>
  );
}

function Answer({ answer, colourOf, onIsolate, onWhy }: RowWhyProps & { answer: RowExplanation }) {
  const clusterName = useClusterName();
  const { cluster, closest_cluster: closest, margin } = answer;
  const place = (label: number) => (
    <button type="button" className={classes.place} onClick={() => onIsolate(label)}>
      <i className={classes.chip} style={{ background: colourOf(label) }} />
      {clusterName(label)}
    </button>
  );
  return (
    <>
      <p className={classes.places}>
        {closest === null ? (
          <Words text="In {own}" values={{ own: place(cluster) }} />
        ) : (
          <Words
            text="In {own} and not in {other}"
            values={{ own: place(cluster), other: place(closest) }}
          />
        )}
      </p>
      <p className={classes.sentence}>{answer.sentence}</p>
      <dl className={classes.facts}>
        <div>
          <dt>{t("Margin")}</dt>
          <dd className="num">{silhouetteText(margin)}</dd>
        </div>
        <div>
          <dt>{t("Silhouette")}</dt>
          <dd className="num">{silhouetteText(answer.silhouette)}</dd>
        </div>
      </dl>
      <p className={classes.quiet}>
        {t(
          "Margin: 1 at the middle of its cluster, 0 half way to the closest other one, below 0 beyond.",
        )}
      </p>
      {closest !== null && (
        <Pulls
          answer={answer}
          own={{ name: clusterName(cluster), colour: colourOf(cluster) }}
          other={{ name: clusterName(closest), colour: colourOf(closest) }}
        />
      )}
      <Neighbours answer={answer} colourOf={colourOf} onWhy={onWhy} />
    </>
  );
}

interface Side {
  name: string;
  colour: string;
}

/** A pull of this many deviations fills half the bar. */
const FULL_PULL = 3;

function Pulls({ answer, own, other }: { answer: RowExplanation; own: Side; other: Side }) {
  const told = answer.columns.slice(0, 6);
  if (told.length === 0) return null;
  return (
    <table className={classes.table}>
      <caption>{t("What holds it, and what draws it")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("column")}</th>
          <th scope="col">{t("its value")}</th>
          <th scope="col">
            <i className={classes.chip} style={{ background: own.colour }} title={own.name} />{" "}
            {t("usual here")}
          </th>
          <th scope="col">
            <i className={classes.chip} style={{ background: other.colour }} title={other.name} />{" "}
            {t("usual there")}
          </th>
          <th scope="col">{t("pull")}</th>
        </tr>
      </thead>
      <tbody>
        {told.map((pull) => (
          <tr key={pull.name}>
            <th scope="row" className="mono" title={pull.name}>
              {pull.name}
            </th>
            <td className="num">{pull.value === null ? t("missing") : number(pull.value)}</td>
            <td className="num">{number(pull.own_median)}</td>
            <td className="num">{number(pull.other_median)}</td>
            <td
              title={
                pull.pull > 0
                  ? t("Draws it to {name}: {deviations} deviations", {
                      name: other.name,
                      deviations: Math.abs(pull.pull).toFixed(1),
                    })
                  : t("Holds it in {name}: {deviations} deviations", {
                      name: own.name,
                      deviations: Math.abs(pull.pull).toFixed(1),
                    })
              }
            >
              <EffectBar
                // To the left: held where it is.
                value={Math.max(-1, Math.min(1, pull.pull / FULL_PULL))}
                colour={pull.pull > 0 ? other.colour : own.colour}
              />
              <span className={classes.hidden}>
                {pull.pull > 0
                  ? t("draws it to {name}", { name: other.name })
                  : t("holds it in {name}", { name: own.name })}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface NeighboursProps {
  answer: RowExplanation;
  colourOf: (label: number) => string;
  onWhy: (row: number) => void;
}

function Neighbours({ answer, colourOf, onWhy }: NeighboursProps) {
  const clusterName = useClusterName();
  if (answer.neighbors.length === 0) return null;
  return (
    <>
      <h3 className={classes.subhead}>{t("Nearest rows")}</h3>
      <ul className={classes.held} aria-label={t("Clusters of the nearest rows")}>
        {answer.held_by.map(({ cluster, count, weight_share: share }) => (
          <li key={cluster}>
            <i className={classes.chip} style={{ background: colourOf(cluster) }} />
            {clusterName(cluster)}
            <span className="num dim">
              {t("{count} rows, {round} % of the weight", {
                count,
                round: Math.round(share * 100),
              })}
            </span>
          </li>
        ))}
      </ul>
      <ul className={classes.neighbours} aria-label={t("Nearest rows")}>
        {answer.neighbors.map(({ row, cluster, distance }) => (
          <li key={row}>
            <button
              type="button"
              aria-label={t("Row {value}, {cluster}, distance {number}. Why is it there?", {
                value: row + 1,
                cluster: clusterName(cluster),
                number: number(distance),
              })}
              onClick={() => onWhy(row)}
            >
              <i className={classes.chip} style={{ background: colourOf(cluster) }} />
              <span className="num">{formatCount(row + 1)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function number(value: number): string {
  return formatStatistic(Number(value.toPrecision(4))).replace("-", "−");
}
