import { Button, Checkbox, Popover, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ColumnRead } from "../../api/contract.ts";
import type { Parameter, ParameterValue } from "./algorithmSchema.ts";
import { sameValue } from "./algorithmSchema.ts";
import classes from "./explorer.module.css";
import { Help } from "./ParameterField.tsx";
import { t } from "../../language/language.ts";

interface ColumnChooserProps {
  parameter: Parameter;
  columns: readonly ColumnRead[];
  value: ParameterValue;
  changed: boolean;
  onChange: (value: ParameterValue) => void;
}

/** Types a distance can be taken on. */
const NUMERIC = new Set<ColumnRead["type"]>(["integer", "float", "boolean"]);

/** Whether distances can be taken on a column. */
export function isNumeric({ type }: ColumnRead): boolean {
  return NUMERIC.has(type);
}

/** The columns a choice stands for: null means every column whose role is feature. */
export function chosenColumns(columns: readonly ColumnRead[], value: ParameterValue): string[] {
  if (Array.isArray(value)) return value;
  return columns.filter(({ role }) => role === "feature").map(({ name }) => name);
}

/** Which columns are clustered on, with the role of each and why it has it. */
export function ColumnChooser({
  parameter,
  columns,
  value,
  changed,
  onChange,
}: ColumnChooserProps) {
  const [search, setSearch] = useState("");
  const chosen = chosenColumns(columns, value);
  const standard = chosenColumns(columns, null);
  const choose = (names: string[]) => {
    const ordered = columns.map(({ name }) => name).filter((name) => names.includes(name));
    onChange(sameValue(ordered, standard) ? null : ordered);
  };
  const listed = columns.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  return (
    <div className={classes.field} data-changed={changed || undefined}>
      <div className={classes.fieldHead}>
        <span>{parameter.title}</span>
        <Help text={parameter.help} title={parameter.title} />
        {changed && <span className={classes.changed}>{t("changed")}</span>}
      </div>
      <Popover position="right-start" width={340} shadow="md" trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            fullWidth
            justify="space-between"
            className={classes.columnButton}
          >
            {t("{chosenCount} of {count, plural, one {# column} other {# columns}}", {
              chosenCount: chosen.length,
              count: columns.length,
            })}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("Columns to cluster on")}>
          <div className={classes.columnHead}>
            <TextInput
              size="xs"
              aria-label={t("Search columns")}
              placeholder={t("Search columns")}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            <Button size="xs" variant="subtle" onClick={() => onChange(null)}>
              {t("Default")}
            </Button>
          </div>
          <div className={classes.columnList}>
            {listed.map((column) => (
              <Checkbox
                key={column.name}
                size="xs"
                className={classes.column}
                label={<span className="mono">{column.name}</span>}
                description={describe(column)}
                checked={chosen.includes(column.name)}
                disabled={!isNumeric(column)}
                onChange={(event) =>
                  choose(
                    event.currentTarget.checked
                      ? [...chosen, column.name]
                      : chosen.filter((name) => name !== column.name),
                  )
                }
              />
            ))}
            {listed.length === 0 && <p className={classes.note}>{t("No column is named so.")}</p>}
          </div>
        </Popover.Dropdown>
      </Popover>
      {chosen.length === 0 && (
        <p className={classes.fieldError}>{t("Choose at least one numeric column.")}</p>
      )}
    </div>
  );
}

function describe(column: ColumnRead): string {
  const missing =
    column.missing > 0
      ? t(" · {count, plural, one {# value} other {# values}} missing", { count: column.missing })
      : "";
  const reason = column.role_reason ? `: ${column.role_reason}` : "";
  return `${column.type} · ${column.role}${reason}${missing}`;
}
