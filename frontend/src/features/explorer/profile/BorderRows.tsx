import { useState } from "react";
import type { ExplainedBorder } from "../../../api/contract.ts";
import { MarginBars } from "../../../charts/MarginBars.tsx";
import { formatCount, plural } from "../../../ui/numbers.ts";
import { useClusterName } from "../clusterNames.ts";
import { signedText } from "./explanationWords.ts";
import classes from "./profile.module.css";

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
        <h3 className={classes.subhead}>Margins in this cluster</h3>
        <span className="num dim">mean {border.mean.toFixed(2)}</span>
      </div>
      <MarginBars
        counts={border.counts}
        threshold={border.threshold}
        mean={border.mean}
        colour={colour}
      />
      <div className={classes.ends} aria-hidden="true">
        <span>−1 other</span>
        <span>0 half way</span>
        <span>1 own</span>
      </div>
      <div className={classes.headline}>
        <span>
          {sampled
            ? `About ${plural(border.estimated_borderline, "borderline row")}`
            : plural(border.n_borderline, "borderline row")}
        </span>
        {border.n_borderline > 0 && (
          <button type="button" className={classes.more} aria-busy={busy} onClick={onSelect}>
            Select {sampled ? `the ${formatCount(border.n_borderline)} found` : "them"}
          </button>
        )}
      </div>
      {sampled && (
        <p className={classes.quiet}>{formatCount(border.n_examined)} rows were looked at.</p>
      )}
      <ul className={classes.border} aria-label="Borderline rows">
        {rows.map(({ row, margin, other }) => (
          <li key={row}>
            <button
              type="button"
              aria-label={`Why is row ${row + 1} here? Margin ${signedText(margin)}, next to ${clusterName(other)}`}
              onClick={() => onWhy(row)}
            >
              <span className="num">row {formatCount(row + 1)}</span>
              <span className="num dim">margin {signedText(margin)}</span>
              <span>
                <i className={classes.chip} style={{ background: colourOf(other) }} />
                {clusterName(other)}
              </span>
              <em>Why?</em>
            </button>
          </li>
        ))}
      </ul>
      {border.rows.length > FEW && (
        <button type="button" className={classes.more} onClick={() => setAll(!all)}>
          {all ? "Show fewer rows" : `Show ${border.rows.length - FEW} more`}
        </button>
      )}
    </>
  );
}
