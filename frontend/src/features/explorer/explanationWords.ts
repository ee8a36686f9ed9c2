// Explanations in words and numbers.

import type { ColumnContrast } from "../../api/contract.ts";
import { formatStatistic } from "../../ui/numbers.ts";
import { t } from "../../language/language.ts";

export type QuantityKind = "number" | "time";

/** 0.784 -> "78 %"; a share that is not quite none or all never says so. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  if (share > 0.99 && share < 1) return ">99 %";
  return `${Math.round(share * 100)} %`;
}

/** "1,204 rows · 13.6 %": how many, and of all. */
export function rowsInWords(count: number, all: number): string {
  return t("{count, plural, one {# row} other {# rows}} · {value} %", {
    count,
    value: ((100 * count) / all).toFixed(1),
  });
}

/** 0.976 -> "+0.98", -0.976 -> "−0.98". */
export function signedText(value: number): string {
  const digits = Math.abs(value).toFixed(2);
  if (Number(digits) === 0) return "0.00";
  return `${value < 0 ? "−" : "+"}${digits}`;
}

/** A value of a column in its own unit; times are seconds since 1970, UTC. */
export function quantityText(value: number, kind: QuantityKind): string {
  if (kind === "number") return formatStatistic(value).replace("-", "−");
  const date = new Date(value * 1000);
  if (Number.isNaN(date.getTime())) return formatStatistic(value);
  return date
    .toISOString()
    .slice(0, 16)
    .replace("T", " ")
    .replace(/ 00:00$/, "");
}

/** "above 42", "30 to 42": where the rows inside are most unlike the others. */
export function intervalText(
  [above, upTo]: readonly [number | null, number | null],
  kind: QuantityKind,
): string {
  if (above !== null && upTo !== null) {
    return `${quantityText(above, kind)} to ${quantityText(upTo, kind)}`;
  }
  if (above !== null) return `above ${quantityText(above, kind)}`;
  return upTo === null
    ? t("any value")
    : t("up to {quantityText}", { quantityText: quantityText(upTo, kind) });
}

/** From here on a value stands out from what chance would give, in deviations. */
export const STANDS_OUT = 4;

/** A column that hardly moves up or down as a whole, but keeps to a range, is told by the range. */
export function isTellingRange({ effect }: ColumnContrast): boolean {
  return Math.abs(effect.cliffs_delta) < 0.474 && effect.separation >= 0.2;
}

/** The column in one line, for those who do not see the curves. */
export function columnInWords(column: ColumnContrast, kind: QuantityKind, others: string): string {
  const { effect, name } = column;
  const [own, other] = [effect.inside_quartiles?.[1], effect.outside_quartiles?.[1]];
  const medians =
    own === undefined || other === undefined
      ? t("no values to compare")
      : `median ${quantityText(own, kind)}, ${others} ${quantityText(other, kind)}`;
  return t(
    "{name}: {medians}; Cliff's delta {signedText}; {inside_share} {intervalText}, {others} {outside_share}",
    {
      name,
      medians,
      signedText: signedText(effect.cliffs_delta),
      inside_share: shareText(effect.inside_share),
      intervalText: intervalText(effect.interval, kind),
      others,
      outside_share: shareText(effect.outside_share),
    },
  );
}
