import { useQuery } from "@tanstack/react-query";
import type { RunRead } from "../../../api/contract.ts";
import { t } from "../../../language/language.ts";
import { formatCount } from "../../../ui/numbers.ts";
import { clusterNamesOf, silhouetteText } from "../clusterNames.ts";
import type { LoadedPartition } from "../partitions.ts";
import { rowsInWords } from "../explanationWords.ts";
import { samplePointsQuery } from "../samplePoints.ts";
import { SmallMap } from "../SmallMap.tsx";
import classes from "./report.module.css";

interface AnswerProps {
  run: RunRead;
  loaded: LoadedPartition;
  colours: readonly string[];
}

/** The answer in a paragraph, a map and a list. */
export function Answer({ run, loaded, colours }: AnswerProps) {
  const points = useQuery(samplePointsQuery(run));
  const { partition, labels } = loaded;
  const { clusters, n_excluded: nExcluded } = partition;
  const nameOf = clusterNamesOf(partition);
  const map = run.layouts["features"];
  return (
    <section aria-label={t("The answer")}>
      <p className={classes.answer}>
        {t(
          "The {rows, plural, one {# row} other {# rows}} fall into {clusters, plural, one {# cluster} other {# clusters}} by {columns, plural, one {# column} other {# columns}}.",
          { rows: run.n_rows, clusters: clusters.length, columns: run.n_features },
        )}{" "}
        {nExcluded > 0 &&
          t("{count, plural, one {# row is} other {# rows are}} excluded by hand.", {
            count: nExcluded,
          })}
      </p>
      <div className={classes.overview}>
        <div>
          {points.data ? (
            <SmallMap
              points={points.data}
              labels={labels}
              colours={colours}
              context="#8b95a3"
              label={t("Map of the clusters")}
            />
          ) : (
            <p role="status">
              {points.error ? t("The map could not be loaded.") : t("Loading the map…")}
            </p>
          )}
          <p className={classes.small}>
            {points.data &&
              points.data.row.length < run.n_rows &&
              t("A sample of {count} rows. ", { count: formatCount(points.data.row.length) })}
            {map && `${map.axes.slice(0, 2).join(" × ")}`}
          </p>
        </div>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Cluster")}</th>
              <th scope="col">{t("Rows")}</th>
              <th scope="col">{t("Silhouette")}</th>
            </tr>
          </thead>
          <tbody>
            {clusters.map(({ label, size, silhouette }, at) => (
              <tr key={label}>
                <th scope="row">
                  <i className={classes.chip} style={{ background: colours[at] }} />
                  {nameOf(label)}
                </th>
                <td className="num">{rowsInWords(size, run.n_rows)}</td>
                <td className="num">{silhouetteText(silhouette)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
