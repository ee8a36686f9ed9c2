import { useState } from "react";
import type { ExplainedBorder } from "../../../api/contract.ts";
import { MarginBars } from "../../../charts/MarginBars.tsx";
import { formatCount } from "../../../ui/numbers.ts";
import { useClusterName } from "../clusterNames.ts";
import { signedText } from "../explanationWords.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";

interface BorderRowsProps {
  border: ExplainedBorder;
  size: number;
  /** CSS colour of a cluster. */
  colourOf: (label: number) => string;
  colour: string;
  busy: boolean;
  onSelect: () => void;
  onWhy: (row: number) => void;
}

const FEW = 4;

/** How far inside the cluster its rows lie, and those nearly as close to another. */
export function BorderRows(props: BorderRowsProps) {
  const clusterName = useClusterName();
  const { border, size, colourOf, colour, busy, onSelect, onWhy } = props;
  const [all, setAll] = useState(false);
  const rows = all ? border.rows : border.rows.slice(0, FEW);
  const sampled = border.n_examined < size;
  return (
    <>
      <div className={classes.headline}>
        <h3 className={classes.subhead}>{t("Margins in this cluster")}</h3>
        <span className="num dim">{t("mean {mean}", { mean: border.mean.toFixed(2) })}</span>
      </div>
      <MarginBars
        counts={border.counts}
        threshold={border.threshold}
        mean={border.mean}
        colour={colour}
      />
      <div className={classes.ends} aria-hidden="true">
        <span>{t("−1 other")}</span>
        <span>{t("0 half way")}</span>
        <span>{t("1 own")}</span>
      </div>
      <div className={classes.headline}>
        <span>
          {sampled
            ? t("About {count, plural, one {# borderline row} other {# borderline rows}}", {
                count: border.estimated_borderline,
              })
            : t("{count, plural, one {# borderline row} other {# borderline rows}}", {
                count: border.n_borderline,
              })}
        </span>
        {border.n_borderline > 0 && (
          <button type="button" className={classes.more} aria-busy={busy} onClick={onSelect}>
            {sampled
              ? t("Select the {found} found", { found: formatCount(border.n_borderline) })
              : t("Select them")}
          </button>
        )}
      </div>
      {sampled && (
        <p className={classes.quiet}>
          {t("{n_examined} rows were looked at.", { n_examined: formatCount(border.n_examined) })}
        </p>
      )}
      <ul className={classes.border} aria-label={t("Borderline rows")}>
        {rows.map(({ row, margin, other }) => (
          <li key={row}>
            <button
              type="button"
              aria-label={t("Why is row {value} here? Margin {signedText}, next to {other}", {
                value: row + 1,
                signedText: signedText(margin),
                other: clusterName(other),
              })}
              onClick={() => onWhy(row)}
            >
              <span className="num">{t("row {value}", { value: formatCount(row + 1) })}</span>
              <span className="num dim">
                {t("margin {signedText}", { signedText: signedText(margin) })}
              </span>
              <span>
                <i className={classes.chip} style={{ background: colourOf(other) }} />
                {clusterName(other)}
              </span>
              <em>{t("Why?")}</em>
            </button>
          </li>
        ))}
      </ul>
      {border.rows.length > FEW && (
        <button type="button" className={classes.more} onClick={() => setAll(!all)}>
          {all ? t("Show fewer rows") : t("Show {value} more", { value: border.rows.length - FEW })}
        </button>
      )}
    </>
  );
}
