import { useState } from "react";
import type { ColumnContrast } from "../../../api/contract.ts";
import { ColumnRow, type Sides } from "./ColumnRow.tsx";
import type { QuantityKind } from "../explanationWords.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";

interface ColumnListProps {
  label: string;
  columns: readonly (ColumnContrast & { kind?: QuantityKind })[];
  sides: Sides;
  /** How many are shown before all are asked for. */
  few: number;
}

/** Columns, the most telling one first. */
export function ColumnList({ label, columns, sides, few }: ColumnListProps) {
  const [all, setAll] = useState(false);
  const shown = all ? columns : columns.slice(0, few);
  return (
    <>
      <ul className={classes.columns} aria-label={label}>
        {shown.map((column) => (
          <ColumnRow
            key={column.name}
            column={column}
            kind={column.kind ?? "number"}
            sides={sides}
          />
        ))}
      </ul>
      {columns.length > few && (
        <button type="button" className={classes.more} onClick={() => setAll(!all)}>
          {all ? t("Show fewer columns") : t("Show {value} more", { value: columns.length - few })}
        </button>
      )}
    </>
  );
}
