// Two columns of the table as the axes of a map: each on a scale of its own, rows without a value at the border.

import type { RowValues } from "../../api/rowValues.ts";
import { MISSING_CODE } from "../../points/ramp.ts";
import type { PointBatch } from "../../points/store.ts";

const LEVELS = 65535;
/** Where an axis begins; below it lie the rows without a value. */
const MARGIN = 0.06;
/** Rows of one category are spread over this share of the room it has. */
const SPREAD = 0.7;

/** Turns points of any layout of a run into those of two columns: the same rows in the same order. */
export function columnPlaces(x: RowValues, y: RowValues): (batch: PointBatch) => PointBatch {
  const [placeX, placeY] = [axisOf(x, 0x9e3779b1), axisOf(y, 0x85ebca6b)];
  return ({ row }) => ({ row, x: Uint16Array.from(row, placeX), y: Uint16Array.from(row, placeY) });
}

/** The place of each row along one axis, 0 to 65535. */
function axisOf({ told, values }: RowValues, salt: number): (row: number) => number {
  const isCategory = told.kind === "category";
  const low = isCategory ? -0.5 : (told.minimum ?? 0);
  const high = isCategory ? categories(told.values, told.n_other) - 0.5 : (told.maximum ?? 1);
  const scale = high > low ? (1 - MARGIN) / (high - low) : 0;
  return (row) => {
    const value = values[row] as number;
    if (Number.isNaN(value) || (isCategory && value === MISSING_CODE)) return 0;
    const shown = isCategory ? value + SPREAD * (noise(row, salt) - 0.5) : value;
    return Math.round(LEVELS * (MARGIN + (shown - low) * scale));
  };
}

function categories(
  values: readonly string[] | null | undefined,
  nOther: number | null | undefined,
) {
  return (values?.length ?? 0) + (nOther ? 1 : 0);
}

/** A number from 0 to 1 that depends on the row alone, so that the map is the same each time. */
function noise(row: number, salt: number): number {
  let mixed = Math.imul(row ^ salt, 0x27d4eb2d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}
