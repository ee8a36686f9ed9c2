// What is typed as the values of a parameter: "5, 10, 20", or "5 to 25 by 5".
import { t } from "../../../language/language.ts";
import { findMistakes, type Parameter } from "../algorithmSchema.ts";

/** More values than any server takes in one sweep are a slip of the pen. */
const MOST_VALUES = 1000;
const RANGE = /^(-?[\d.]+)\s*(?:to|-|–|\.\.)\s*(-?[\d.]+)(?:\s*(?:by|step)\s*([\d.]+))?$/;

export interface Typed {
  values: number[];
  /** Why they can't be sent; null when they can. */
  mistake: string | null;
}

/** The numbers in what somebody typed, each once, in that order. */
export function readValues(parameter: Parameter, text: string): Typed {
  const found: number[] = [];
  for (const part of text.split(/[,;]/).map((each) => each.trim())) {
    if (part === "") continue;
    const numbers = numbersOf(part);
    if (numbers === null) {
      return {
        values: [],
        mistake: t("{part} is neither a number nor a range such as 5 to 25 by 5.", { part }),
      };
    }
    found.push(...numbers);
  }
  const values = [...new Set(found)];
  if (values.length === 0) return { values, mistake: t("Give at least one value.") };
  return { values, mistake: mistakeIn(parameter, values) };
}

/** How many runs a grid makes. */
export function countPoints(grid: Record<string, readonly unknown[]>): number {
  return Object.values(grid).reduce((product, values) => product * values.length, 1);
}

function numbersOf(part: string): number[] | null {
  const range = RANGE.exec(part);
  if (!range) return Number.isFinite(Number(part)) ? [Number(part)] : null;
  const [first, last, step] = [Number(range[1]), Number(range[2]), Number(range[3] ?? 1)];
  const count = Math.floor((last - first) / step + 1e-9) + 1;
  if (!(count >= 1 && count <= MOST_VALUES)) return null;
  return Array.from({ length: count }, (_, index) =>
    Number((first + index * step).toPrecision(12)),
  );
}

function mistakeIn(parameter: Parameter, values: readonly number[]): string | null {
  const { name, title, kind } = parameter;
  for (const value of values) {
    if (kind === "integer" && !Number.isInteger(value)) {
      return t("{title} is {value}; it takes whole numbers.", { title, value });
    }
    const mistake = findMistakes([parameter], { [name]: value })[name];
    if (mistake) return mistake;
  }
  return null;
}
