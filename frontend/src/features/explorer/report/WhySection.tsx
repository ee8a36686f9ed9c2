import type { RunRead } from "../../../api/contract.ts";
import { SpectrumChart } from "../../../charts/SpectrumChart.tsx";
import { formatEigenvalue } from "../../../charts/spectrumGeometry.ts";
import { t } from "../../../language/language.ts";
import { residualsInWords } from "../suggestionWords.ts";
import classes from "./report.module.css";

interface WhySectionProps {
  run: RunRead;
  nClusters: number;
}

/** Why this number of clusters: the spectrum, and the numbers that data suggest with their reasons. */
export function WhySection({ run, nClusters }: WhySectionProps) {
  const place = run.suggestions.findIndex((each) => each.n_clusters === nClusters);
  const chosen = run.suggestions[place];
  return (
    <section aria-label={t("Why so many clusters")}>
      <h2>{t("Why {count, plural, one {# cluster} other {# clusters}}", { count: nClusters })}</h2>
      <p>
        {chosen === undefined
          ? t(
              "This number was chosen by hand: the data do not suggest it. What they suggest is in the table.",
            )
          : place === 0
            ? t("It is what the data suggest first: {reasons}.", {
                reasons: chosen.reasons.join("; "),
              })
            : t("It is suggestion {place} of {all}: {reasons}.", {
                place: place + 1,
                all: run.suggestions.length,
                reasons: chosen.reasons.join("; "),
              })}
      </p>
      <div className={classes.overview}>
        <div className={classes.spectrum}>
          <SpectrumChart
            eigenvalues={run.eigenvalues}
            selectedK={nClusters}
            minimumK={nClusters}
            maximumK={nClusters}
            suggested={run.suggestions.map((each) => each.n_clusters)}
            onSelectK={() => {}}
          />
          <p className={classes.small}>
            {t(
              "The smallest {count} eigenvalues of the Laplacian; the gap after number {k} is {gap}.",
              {
                count: run.eigenvalues.length,
                k: nClusters,
                gap: formatEigenvalue(
                  (run.eigenvalues[nClusters] ?? 0) - (run.eigenvalues[nClusters - 1] ?? 0),
                ),
              },
            )}{" "}
            {residualsInWords(run)}
          </p>
        </div>
        <table>
          <thead>
            <tr>
              <th scope="col">k</th>
              <th scope="col">{t("Why")}</th>
              <th scope="col">{t("Separation")}</th>
              <th scope="col">{t("Stability")}</th>
            </tr>
          </thead>
          <tbody>
            {run.suggestions.map((each) => (
              <tr key={each.n_clusters} aria-current={each.n_clusters === nClusters || undefined}>
                <th scope="row">{each.n_clusters}</th>
                <td>{each.reasons.join("; ")}</td>
                <td className="num">{each.separation?.toFixed(2) ?? "–"}</td>
                <td className="num">{each.stability?.toFixed(2) ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
