import type { ReactNode } from "react";
import type { ClusterExplanation, Comparison } from "../../../api/contract.ts";
import { formatCount } from "../../../ui/numbers.ts";
import { ColumnList } from "./ColumnList.tsx";
import type { Sides } from "./ColumnRow.tsx";
import { KnownColumns } from "./KnownColumns.tsx";
import classes from "./profile.module.css";
import { RuleCard } from "./RuleCard.tsx";
import type { RowsOf } from "../useExplainedRows.ts";
import { t } from "../../../language/language.ts";

interface ContrastViewProps {
  answer: ClusterExplanation | Comparison;
  sides: Sides;
  /** Rows compared, in all. */
  nCompared: number;
  rows: RowsOf;
  /** What stands below the rule, and at the end. */
  children?: ReactNode;
  end?: ReactNode;
}

/** How two sets of rows differ: a sentence, the columns that tell most, the rule, what was not clustered on. */
export function ContrastView(props: ContrastViewProps) {
  const { answer, sides, nCompared, rows, children, end } = props;
  return (
    <>
      <p className={classes.sentence}>{answer.sentence}</p>
      <ColumnList
        label={t("Columns that tell most")}
        columns={answer.columns}
        sides={sides}
        few={5}
      />
      <p className={classes.quiet}>
        {t(
          "Line: these rows; area: {others}; each up to its own peak. Numbers are Cliff’s delta, −1 to 1.",
          { others: sides.others },
        )}
        {answer.n_counted < nCompared &&
          t(" Counted on {n_counted} sampled rows.", { n_counted: formatCount(answer.n_counted) })}
      </p>
      <RuleCard
        rule={answer.rule}
        busy={rows.busy === "rule"}
        onSelect={() => void rows.select(answer.key, "rule")}
      />
      {children}
      <KnownColumns others={answer.others} sides={sides} />
      {end}
    </>
  );
}
