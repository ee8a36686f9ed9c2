import { useQuery } from "@tanstack/react-query";
import type { PartitionRead, RunRead } from "../../../api/contract.ts";
import { diagnosisQuery } from "../../../api/explanations.ts";
import { t } from "../../../language/language.ts";
import { silhouetteText } from "../clusterNames.ts";
import { agreementInWords } from "../consensusWords.ts";
import classes from "./report.module.css";

interface SuretySectionProps {
  run: RunRead;
  partition: PartitionRead;
  nameOf: (label: number) => string;
}

/** Below it a cluster hardly stands apart (Kaufman and Rousseeuw 1990). */
const WEAK = 0.25;

/** How sure the answer is: silhouette, agreement of views, stability, and what is conspicuous about the graph. */
export function SuretySection({ run, partition, nameOf }: SuretySectionProps) {
  const diagnosis = useQuery(diagnosisQuery(partition));
  const { silhouette, silhouette_sample_size: nSampled, consensus, clusters } = partition;
  const weak = clusters.filter((each) => each.silhouette !== null && each.silhouette < WEAK);
  const suggestion = run.suggestions.find((each) => each.n_clusters === partition.n_clusters);
  return (
    <section aria-label={t("How sure")}>
      <h2>{t("How sure")}</h2>
      <ul>
        {silhouette !== null && (
          <li>
            {t(
              "Mean silhouette {silhouette} over {count, plural, one {# row} other {# rows}}: 1 is far from other clusters, below 0 nearer to another one.",
              { silhouette: silhouetteText(silhouette), count: nSampled },
            )}{" "}
            {weak.length > 0 &&
              t("Hardly apart from their neighbours: {names}.", {
                names: weak.map(({ label }) => nameOf(label)).join(", "),
              })}
          </li>
        )}
        {consensus && consensus.views.length > 1 && (
          <li>{agreementInWords(consensus, partition.position > 0)}</li>
        )}
        {typeof suggestion?.stability === "number" && (
          <li>
            {t(
              "Cut anew from resampled rows, the clusters come back with a stability of {stability} (1: the same each time).",
              { stability: suggestion.stability.toFixed(2) },
            )}
          </li>
        )}
        {diagnosis.data?.findings.map(({ code, message, advice }) => (
          <li key={code}>
            {message} {advice}
          </li>
        ))}
        {diagnosis.data?.findings.length === 0 && (
          <li>{t("Nothing is conspicuous about the graph.")}</li>
        )}
      </ul>
      {diagnosis.isPending && (
        <p role="status" className={classes.small} data-not-kept>
          {t("Looking at the graph…")}
        </p>
      )}
      {diagnosis.error && (
        <p className={classes.small}>{t("The graph of this run was not examined.")}</p>
      )}
      {consensus && consensus.views.length > 1 && (
        <details>
          <summary>{t("The views and how far each agrees")}</summary>
          <table>
            <tbody>
              {consensus.views.map(({ name, agreement }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="num">{agreement?.toFixed(2) ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  );
}
