import { useId, useState } from "react";
import type { ColumnContrast } from "../../../api/contract.ts";
import { DensityPair } from "../../../charts/DensityPair.tsx";
import { EffectBar } from "../../../charts/EffectBar.tsx";
import {
  columnInWords,
  intervalText,
  isTellingRange,
  type QuantityKind,
  quantityText,
  shareText,
  signedText,
} from "../explanationWords.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";
import { formatCount } from "../../../ui/numbers.ts";

export interface Sides {
  /** CSS colour of the rows inside. */
  colour: string;
  /** CSS colour of the rows outside, where they are a set of their own. */
  against: string | undefined;
  /** What the rows outside are called, e.g. "the rest". */
  others: string;
}

interface ColumnRowProps {
  column: ColumnContrast;
  kind: QuantityKind;
  sides: Sides;
}

/** One column: this against the rest as curves, and how far apart; a click shows the numbers. */
export function ColumnRow({ column, kind, sides }: ColumnRowProps) {
  const [open, setOpen] = useState(false);
  const detail = useId();
  const { effect, curves, name } = column;
  const density = {
    edges: curves.edges,
    inside: curves.inside_density,
    outside: curves.outside_density,
  };
  return (
    <li>
      <button
        type="button"
        className={classes.column}
        aria-expanded={open}
        aria-controls={open ? detail : undefined}
        aria-label={columnInWords(column, kind, sides.others)}
        onClick={() => setOpen(!open)}
      >
        <span className={`mono ${classes.columnName}`} title={name}>
          {name}
        </span>
        <DensityPair
          density={density}
          colour={sides.colour}
          against={sides.against}
          width={84}
          height={24}
        />
        {isTellingRange(column) ? (
          <span className={`num ${classes.range}`}>{intervalText(effect.interval, kind)}</span>
        ) : (
          <>
            <EffectBar
              value={effect.cliffs_delta}
              colour={effect.cliffs_delta < 0 ? "var(--fg3)" : sides.colour}
            />
            <span className="num">{signedText(effect.cliffs_delta)}</span>
          </>
        )}
      </button>
      {open && (
        <div id={detail} className={classes.columnDetail}>
          <DensityPair
            density={density}
            colour={sides.colour}
            against={sides.against}
            width={300}
            height={72}
            medians={{
              inside: effect.inside_quartiles?.[1] ?? null,
              outside: effect.outside_quartiles?.[1] ?? null,
            }}
          />
          <div className={classes.ends} aria-hidden="true">
            <span>{quantityText(curves.edges[0] ?? 0, kind)}</span>
            <span>{quantityText(curves.edges.at(-1) ?? 0, kind)}</span>
          </div>
          <ColumnNumbers column={column} kind={kind} sides={sides} />
        </div>
      )}
    </li>
  );
}

function ColumnNumbers({ column, kind, sides }: ColumnRowProps) {
  const { effect } = column;
  const missing = effect.inside_missing + effect.outside_missing;
  return (
    <table className={classes.numbers}>
      <thead>
        <tr>
          <th scope="col">{t("rows")}</th>
          <th scope="col">{t("these")}</th>
          <th scope="col">{sides.others}</th>
        </tr>
      </thead>
      <tbody>
        {([t("lower quartile"), t("median"), t("upper quartile")] as const).map((what, index) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            {[effect.inside_quartiles, effect.outside_quartiles].map((quartiles, side) => (
              <td key={side === 0 ? "these" : "others"} className="num">
                {quartiles ? quantityText(quartiles[index] as number, kind) : "–"}
              </td>
            ))}
          </tr>
        ))}
        <tr>
          <th scope="row">{intervalText(effect.interval, kind)}</th>
          <td className="num">{shareText(effect.inside_share)}</td>
          <td className="num">{shareText(effect.outside_share)}</td>
        </tr>
        {missing > 0 && (
          <tr>
            <th scope="row">{t("missing, left out")}</th>
            <td className="num">{formatCount(effect.inside_missing)}</td>
            <td className="num">{formatCount(effect.outside_missing)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
