import type { UseQueryResult } from "@tanstack/react-query";
import type { ClusterExplanation, ClusterRead, RunRead } from "../../../api/contract.ts";
import { DensityPair } from "../../../charts/DensityPair.tsx";
import { t } from "../../../language/language.ts";
import { Words } from "../../../language/Words.tsx";
import { formatCount } from "../../../ui/numbers.ts";
import { Answering } from "../Answering.tsx";
import { silhouetteText } from "../clusterNames.ts";
import {
  intervalText,
  quantityText,
  rowsInWords,
  shareText,
  signedText,
} from "../explanationWords.ts";
import classes from "./report.module.css";

interface ClusterSectionProps {
  run: RunRead;
  cluster: ClusterRead;
  nameOf: (label: number) => string;
  /** CSS colour. */
  colour: string;
  query: UseQueryResult<ClusterExplanation>;
}

/** Columns that tell most of a cluster. */
const COLUMNS = 4;

/** One cluster: a sentence, a rule, where its rows lie in the columns that tell most, what is next to it. */
export function ClusterSection({ run, cluster, nameOf, colour, query }: ClusterSectionProps) {
  return (
    <section className={classes.cluster} aria-label={nameOf(cluster.label)}>
      <h3>
        <i className={classes.chip} style={{ background: colour }} />
        {nameOf(cluster.label)}
        <span className={classes.small}>
          {t("{rowsInWords} · silhouette {silhouetteText}", {
            rowsInWords: rowsInWords(cluster.size, run.n_rows),
            silhouetteText: silhouetteText(cluster.silhouette),
          })}
        </span>
      </h3>
      <Answering query={query}>
        {(answer) => (
          <>
            <p>{answer.sentence}</p>
            <Rule answer={answer} />
            <Columns answer={answer} colour={colour} />
            <Neighbourhood answer={answer} nameOf={nameOf} />
          </>
        )}
      </Answering>
    </section>
  );
}

function Rule({ answer: { rule } }: { answer: ClusterExplanation }) {
  if (!rule) {
    return (
      <p className={classes.small}>
        {t("No short rule of one or two columns tells these rows apart.")}
      </p>
    );
  }
  return (
    <p>
      <code>{rule.text}</code>{" "}
      <span className={classes.small}>
        {t("precision {precision}, recall {recall}: {inside} of the {selected} rows it matches", {
          precision: rule.precision.toFixed(2),
          recall: rule.recall.toFixed(2),
          inside: formatCount(rule.n_selected_inside),
          selected: formatCount(rule.n_selected),
        })}
      </span>
    </p>
  );
}

function Columns({ answer, colour }: { answer: ClusterExplanation; colour: string }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("Column")}</th>
          <th scope="col">{t("Line: these rows; area: the rest")}</th>
          <th scope="col">{t("Median here")}</th>
          <th scope="col">{t("Median of the rest")}</th>
          <th scope="col">{t("Cliff’s delta")}</th>
          <th scope="col">{t("Most unlike the rest")}</th>
        </tr>
      </thead>
      <tbody>
        {answer.columns.slice(0, COLUMNS).map(({ name, effect, curves }) => (
          <tr key={name}>
            <th scope="row" className="mono">
              {name}
            </th>
            <td>
              <DensityPair
                density={{
                  edges: curves.edges,
                  inside: curves.inside_density,
                  outside: curves.outside_density,
                }}
                colour={colour}
                width={150}
                height={28}
              />
            </td>
            <td className="num">{median(effect.inside_quartiles)}</td>
            <td className="num">{median(effect.outside_quartiles)}</td>
            <td className="num">{signedText(effect.cliffs_delta)}</td>
            <td className="num">
              {t("{interval}: {inside} here, {outside} of the rest", {
                interval: intervalText(effect.interval, "number"),
                inside: shareText(effect.inside_share),
                outside: shareText(effect.outside_share),
              })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function median(quartiles: readonly number[] | null | undefined): string {
  const middle = quartiles?.[1];
  return middle === undefined ? "–" : quantityText(middle, "number");
}

function Neighbourhood({
  answer: { nearest, border },
  nameOf,
}: {
  answer: ClusterExplanation;
  nameOf: (label: number) => string;
}) {
  return (
    <p className={classes.small}>
      {nearest && (
        <Words
          text="Closest: <b>{other}</b>; {share} of its rows sit nearer to it."
          values={{
            other: nameOf(nearest.cluster),
            share: nearest.share_nearer === 0 ? t("none") : shareText(nearest.share_nearer),
          }}
          tags={{ b: <b /> }}
        />
      )}{" "}
      {border &&
        t(
          "{count, plural, =0 {No row lies} one {About # row lies} other {About # rows lie}} on its border (margin below {threshold}).",
          {
            count: border.estimated_borderline,
            threshold: border.threshold.toFixed(2),
          },
        )}
    </p>
  );
}
