import { useQuery } from "@tanstack/react-query";
import type { ColumnAgreement, DatasetRead, RunRead } from "../../../api/contract.ts";
import { columnAgreementQuery } from "../../../api/explanations.ts";
import { useClusterName } from "../clusterNames.ts";
import classes from "../explorer.module.css";
import type { ExploreView, ViewChange } from "../exploreView.ts";
import { useClusterColours } from "../mapColours.ts";
import type { ShownPartition } from "../partitions.ts";
import { Answering } from "../Answering.tsx";
import { labelColumns } from "./labelColumns.ts";
import { t } from "../../../language/language.ts";
import { formatCount } from "../../../ui/numbers.ts";
import { Words } from "../../../language/Words.tsx";

interface LabelsPanelProps {
  dataset: DatasetRead;
  run: RunRead;
  shown: ShownPartition;
  view: ExploreView;
  onView: (change: ViewChange) => void;
}

/** Values shown beside each other; the rest is added up. */
const VALUES = 14;

/** The clusters against the values of a column that was not clustered on. */
export function LabelsPanel({ dataset, run, shown, view, onView }: LabelsPanelProps) {
  const columns = labelColumns(dataset, run);
  const column = columns.find((name) => name === view.against) ?? columns[0];
  if (!column) {
    return (
      <p className={classes.dockNote}>
        {t(
          "No column holds known labels: needed is one that was not clustered on and has few different values. Leave such a column out under Method, Columns, and run again.",
        )}
      </p>
    );
  }
  return (
    <div className={classes.dockAnswer}>
      <label className={classes.dockChoice}>
        {t("Against")}
        <select value={column} onChange={({ target }) => onView({ against: target.value })}>
          {columns.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Agreement key={column} shown={shown} column={column} />
    </div>
  );
}

function Agreement({ shown, column }: { shown: ShownPartition; column: string }) {
  const query = useQuery(columnAgreementQuery(shown.partition, column));
  return (
    <Answering query={query}>
      {(found) => (
        <>
          <p className={classes.dockFact}>
            <Words
              text="AMI <b>{adjusted_mutual_information}</b>, ARI <b>{adjusted_rand_index}</b>: 1 is the same grouping, 0 what chance gives. Shares are of each cluster."
              values={{
                adjusted_mutual_information: found.adjusted_mutual_information.toFixed(2),
                adjusted_rand_index: found.adjusted_rand_index.toFixed(2),
              }}
              tags={{ b: <b className="num" /> }}
            />
          </p>
          <div className={classes.crossFrame}>
            <CrossTable found={found} shown={shown} />
          </div>
        </>
      )}
    </Answering>
  );
}

/** Clusters down, values across; each cell has its share of the cluster's rows. */
function CrossTable({ found, shown }: { found: ColumnAgreement; shown: ShownPartition }) {
  const clusterName = useClusterName();
  const colours = useClusterColours();
  const told = found.values.slice(0, VALUES);
  const restFrom = told.length < found.n_values ? told.length : null;
  return (
    <table
      className={classes.cross}
      aria-label={t("Clusters against {column}", { column: found.column })}
    >
      <thead>
        <tr>
          <th scope="col">{t("cluster")}</th>
          {told.map((value) => (
            <th key={value ?? "\u0000"} scope="col" title={value ?? t("missing")}>
              {value ?? <i>{t("missing")}</i>}
            </th>
          ))}
          {restFrom !== null && (
            <th scope="col">{t("{value} more", { value: found.n_values - restFrom })}</th>
          )}
        </tr>
      </thead>
      <tbody>
        {shown.slots.map((slot, label) => {
          const size = shown.partition.clusters[label]?.size ?? 0;
          const counts = told.map((_, value) => found.contingency[value]?.[label] ?? 0);
          const rest = size - counts.reduce((sum, count) => sum + count, 0);
          return (
            <tr key={label}>
              <th scope="row">
                <i className={classes.chip} style={{ background: colours.css(slot) }} />
                {clusterName(label)}
              </th>
              {counts.map((count, value) => (
                <Cell key={told[value] ?? "\u0000"} count={count} size={size} />
              ))}
              {restFrom !== null && <Cell count={rest} size={size} />}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Cell({ count, size }: { count: number; size: number }) {
  const share = size > 0 ? count / size : 0;
  const percent = Math.round(100 * share);
  return (
    <td
      className="num"
      title={t("{count} rows", { count: formatCount(count) })}
      data-strong={share >= 0.55 || undefined}
      style={{ "--share": share } as React.CSSProperties}
    >
      {count === 0 ? "·" : percent === 0 ? "<1" : percent}
    </td>
  );
}
