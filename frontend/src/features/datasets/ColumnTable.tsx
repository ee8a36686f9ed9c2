import { Badge, Text } from "@mantine/core";
import type { ColumnRead } from "../../api/contract.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatCount, formatPercent, formatStatistic } from "../../ui/numbers.ts";
import { t } from "../../language/language.ts";

interface ColumnTableProps {
  columns: readonly ColumnRead[];
  /** Rows of the table, for shares. */
  nRows: number;
}

const ROLE_WORDS: Record<ColumnRead["role"], string> = {
  feature: t("Feature"),
  label: t("Label"),
  identifier: t("Identifier"),
  ignored: t("Ignored"),
};

const ROLE_COLORS: Record<ColumnRead["role"], string> = {
  feature: "blue",
  label: "gray",
  identifier: "gray",
  ignored: "gray",
};

/** Every column with its type, what is in it, and what the clustering takes it for. */
export function ColumnTable({ columns, nRows }: ColumnTableProps) {
  return (
    <DataTable label={t("Columns")} maxHeight={560}>
      <thead>
        <tr>
          <th scope="col">{t("Column")}</th>
          <th scope="col">{t("Type")}</th>
          <th scope="col" data-right>
            {t("Missing")}
          </th>
          <th scope="col" data-right>
            {t("Distinct")}
          </th>
          <th scope="col" data-right>
            {t("Minimum")}
          </th>
          <th scope="col" data-right>
            {t("Mean")}
          </th>
          <th scope="col" data-right>
            {t("Maximum")}
          </th>
          <th scope="col">{t("Role")}</th>
          <th scope="col">{t("Why")}</th>
          <th scope="col">{t("Examples")}</th>
        </tr>
      </thead>
      <tbody>
        {columns.map((column) => (
          <tr key={column.name}>
            <td className="mono">{column.name}</td>
            <td>{column.type}</td>
            <td data-right>{missingInWords(column.missing, nRows)}</td>
            <td data-right>{column.distinct === null ? "" : formatCount(column.distinct)}</td>
            <td data-right>{statistic(column.minimum)}</td>
            <td data-right>{statistic(column.mean)}</td>
            <td data-right>{statistic(column.maximum)}</td>
            <td>
              <Badge color={ROLE_COLORS[column.role]} size="sm" tt="none">
                {ROLE_WORDS[column.role]}
              </Badge>
            </td>
            <td data-wrap>{column.role_reason}</td>
            <td>
              <Text size="sm" c="dimmed" truncate maw={220}>
                {column.examples?.slice(0, 4).join(", ")}
              </Text>
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function missingInWords(missing: number, nRows: number): string {
  if (missing === 0) return "0";
  const share = nRows > 0 ? missing / nRows : 0;
  return `${formatCount(missing)} (${share < 0.01 ? "< 1 %" : formatPercent(share)})`;
}

function statistic(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? formatStatistic(value) : value;
}
