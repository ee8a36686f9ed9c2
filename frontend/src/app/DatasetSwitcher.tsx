import { Menu, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { DatasetRead } from "../api/contract.ts";
import { datasetQuery, datasetsQuery } from "../api/datasets.ts";
import { useColumnsUsed } from "../ui/headerSlot.tsx";
import { ChevronIcon } from "../ui/icons.tsx";
import { formatCount } from "../ui/numbers.ts";
import classes from "./Shell.module.css";
import { t } from "../language/language.ts";

/** The dataset of the page and a menu of the others. */
export function DatasetSwitcher({ datasetId }: { datasetId: number | undefined }) {
  const navigate = useNavigate();
  const columnsUsed = useColumnsUsed((state) => state.count);
  const datasets = useQuery(datasetsQuery);
  const dataset = useQuery({ ...datasetQuery(datasetId ?? 0), enabled: datasetId !== undefined });
  const current = datasetId === undefined ? undefined : dataset.data;
  const choices = datasets.data?.items ?? [];
  if (datasetId === undefined && choices.length === 0) return <Text fw={600}>Fiedler</Text>;
  return (
    <>
      <Menu position="bottom-start" width={320}>
        <Menu.Target>
          <button type="button" className={classes.switcher}>
            <span className={classes.switcherName}>{current?.name ?? t("Choose a dataset")}</span>
            <ChevronIcon size={14} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div style={{ maxHeight: 380, overflowY: "auto" }}>
            {choices.map((choice) => (
              <Menu.Item
                key={choice.id}
                aria-current={choice.id === datasetId || undefined}
                onClick={() =>
                  void navigate({
                    to: choice.status === "ready" ? "/d/$datasetId/explore" : "/d/$datasetId",
                    params: { datasetId: choice.id },
                  })
                }
              >
                <Text truncate fw={choice.id === datasetId ? 600 : 400}>
                  {choice.name}
                </Text>
                <Text size="sm" c="dimmed" className="num">
                  {sizeInWords(choice)}
                </Text>
              </Menu.Item>
            ))}
          </div>
          <Menu.Divider />
          <Menu.Item onClick={() => void navigate({ to: "/" })}>
            {t("All data, or add a table")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {current && (
        <span className={`${classes.meta} num`}>{sizeInWords(current, columnsUsed)}</span>
      )}
    </>
  );
}

/** "1,048,576 rows · 24 of 31 columns": those a run used, else the features, of all columns. */
export function sizeInWords(dataset: DatasetRead, columnsUsed: number | null = null): string {
  if (dataset.status === "failed") return t("could not be read");
  if (dataset.n_rows === null) return t("being read");
  const features =
    columnsUsed ?? dataset.columns.filter((column) => column.role === "feature").length;
  return t(
    "{count, plural, one {# row} other {# rows}} · {features} of {count2, plural, one {# column} other {# columns}}",
    {
      count: dataset.n_rows,
      features: formatCount(features),
      count2: dataset.n_columns ?? dataset.columns.length,
    },
  );
}
