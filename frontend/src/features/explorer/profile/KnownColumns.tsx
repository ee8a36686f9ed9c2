import type { ColumnValues, OtherColumns } from "../../../api/contract.ts";
import { ShareBar } from "../../../charts/ShareBar.tsx";
import { ColumnList } from "./ColumnList.tsx";
import type { Sides } from "./ColumnRow.tsx";
import { shareText, STANDS_OUT } from "../explanationWords.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";

interface KnownColumnsProps {
  others: OtherColumns;
  sides: Sides;
}

const VALUES = 3;
const COLUMNS = 4;

/** Columns that were not clustered on: what they say about these rows all the same. */
export function KnownColumns({ others, sides }: KnownColumnsProps) {
  const { labels, quantities, left_out: leftOut } = others;
  if (labels.length + quantities.length + leftOut.length === 0) return null;
  return (
    <>
      <h3 className={classes.subhead}>{t("Not clustered on")}</h3>
      {labels.slice(0, COLUMNS).map((column) => (
        <Composition key={column.name} column={column} sides={sides} />
      ))}
      {quantities.length > 0 && (
        <ColumnList
          label={t("Numbers not clustered on")}
          columns={quantities}
          sides={sides}
          few={labels.length > 0 ? 2 : 4}
        />
      )}
      {leftOut.length > 0 && (
        <p className={classes.quiet}>
          {t("Left out, nearly a value a row or none: {leftOut}", {
            leftOut: leftOut.slice(0, 4).join(", "),
          })}
          {leftOut.length > 4 && t(" and {value} more", { value: leftOut.length - 4 })}.
        </p>
      )}
    </>
  );
}

/** "78 % Gentoo, 40 % overall": the most frequent value, and the others that stand out. */
function Composition({ column, sides }: { column: ColumnValues; sides: Sides }) {
  const values = column.values
    .filter(({ deviations }, index) => index === 0 || deviations >= STANDS_OUT)
    .slice(0, VALUES);
  return (
    <section className={classes.known} aria-label={column.name}>
      <div className={`mono ${classes.columnName}`}>{column.name}</div>
      <ul>
        {values.map(({ value, deviations, ...shares }) => {
          const usual = sides.against ? shares.share_outside : shares.share_all;
          return (
            <li key={value ?? "\u0000"} data-stands-out={deviations >= STANDS_OUT || undefined}>
              <span className={classes.value} title={value ?? undefined}>
                {value ?? <span className="dim">{t("missing")}</span>}
              </span>
              <ShareBar share={shares.share_inside} usual={usual} colour={sides.colour} />
              <span className="num">{shareText(shares.share_inside)}</span>
              <span className="num dim">
                {shareText(usual)}{" "}
                {sides.against ? t("in {others}", { others: sides.others }) : t("overall")}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
