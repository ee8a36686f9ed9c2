import { Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { previewQuery } from "../../api/datasets.ts";
import { asProblem } from "../../api/problem.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatCount } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { t } from "../../language/language.ts";

/** The first rows as they were read; an empty cell is a missing value and says so. */
export function PreviewTable({ datasetId, limit = 50 }: { datasetId: number; limit?: number }) {
  const preview = useQuery(previewQuery(datasetId, limit));
  if (preview.error) {
    return (
      <ProblemAlert problem={asProblem(preview.error)} onRetry={() => void preview.refetch()} />
    );
  }
  if (!preview.data)
    return <Loader size="sm" color="gray" aria-label={t("Loading the first rows")} />;
  const { columns, rows } = preview.data;
  return (
    <>
      <DataTable label={t("First rows")} maxHeight={520}>
        <thead>
          <tr>
            <th scope="col">{t("row")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className="mono">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            // oxlint-disable-next-line react/no-array-index-key -- the row's number is its identity
            <tr key={row}>
              <td className="dim mono">{formatCount(row + 1)}</td>
              {columns.map((column, index) => (
                <td key={column}>{cells[index] ?? <span className="dim">{t("missing")}</span>}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </DataTable>
      <Text size="sm" c="dimmed" mt={6}>
        {t("The first {count, plural, one {# row} other {# rows}}, as read.", {
          count: rows.length,
        })}
      </Text>
    </>
  );
}
