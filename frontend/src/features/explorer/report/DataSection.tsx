import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import { t } from "../../../language/language.ts";
import { formatBytes, formatCount, formatStatistic } from "../../../ui/numbers.ts";

/** The table: where it came from, how it was read, which columns were used and which were not, and why. */
export function DataSection({ dataset, run }: { dataset: DatasetRead; run: RunRead }) {
  const used = new Set(run.columns);
  const { notes = [] } = dataset.import_report;
  const cell = (value: number | string | null | undefined) =>
    typeof value === "number" ? formatStatistic(value) : (value ?? "–");
  return (
    <section aria-label={t("The data")}>
      <h2>{t("The data")}</h2>
      <p>
        {t(
          "{name}, {size}: {rows, plural, one {# row} other {# rows}}, {used} of {columns, plural, one {# column} other {# columns}} used.",
          {
            name: dataset.original_name,
            size: formatBytes(dataset.upload_bytes),
            rows: run.n_rows,
            used: used.size,
            columns: dataset.columns.length,
          },
        )}
      </p>
      {notes.length > 0 && (
        <ul>
          {notes.map(({ code, message }) => (
            <li key={`${code} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{t("Column")}</th>
            <th scope="col">{t("Used")}</th>
            <th scope="col">{t("Missing")}</th>
            <th scope="col">{t("Minimum")}</th>
            <th scope="col">{t("Mean")}</th>
            <th scope="col">{t("Maximum")}</th>
            <th scope="col">{t("Why")}</th>
          </tr>
        </thead>
        <tbody>
          {dataset.columns.map((column) => (
            <tr key={column.name}>
              <th scope="row" className="mono">
                {column.name}
              </th>
              <td>{used.has(column.name) ? t("yes") : t("no")}</td>
              <td className="num">{formatCount(column.missing)}</td>
              <td className="num">{cell(column.minimum)}</td>
              <td className="num">{cell(column.mean)}</td>
              <td className="num">{cell(column.maximum)}</td>
              <td>{column.role_reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
