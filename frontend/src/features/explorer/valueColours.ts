// Points coloured by a value: the codes and the palette that the map draws, and what the legend says of them.

import type { RowValues } from "../../api/rowValues.ts";
import { t } from "../../language/language.ts";
import { slotColour } from "../../points/palette.ts";
import { rampCodes, rampStops, rampTexture } from "../../points/ramp.ts";
import { formatStatistic } from "../../ui/numbers.ts";
import type { ClusterColours } from "./mapColours.ts";

/** One colour of a legend and what it stands for. */
export interface LegendEntry {
  name: string;
  css: string;
  count: number;
}

export interface Legend {
  title: string;
  /** What the values were measured against; may be empty. */
  basis: string;
  /** Numbers: colours of the ramp, the values at its ends, and the least and largest of all. */
  ramp: {
    colours: readonly string[];
    low: string;
    high: string;
    minimum: string;
    maximum: string;
  } | null;
  /** Categories: one entry a value, the most frequent first. */
  entries: readonly LegendEntry[];
  /** Rows without a value, drawn in the grey of context. */
  nMissing: number;
}

export interface ValueColours {
  /** By table row; codes without an entry in the texture are drawn as context. */
  codes: Uint16Array;
  texture: Uint8Array;
  legend: Legend;
}

/** How rows are coloured by `values`; a measure is named by `title`, a column by itself. */
export function valueColours(
  values: RowValues,
  title: string,
  colours: ClusterColours,
): ValueColours {
  return values.told.kind === "category"
    ? byCategory(values, title, colours)
    : byNumber(values, title, colours);
}

function byNumber(
  { told, values }: RowValues,
  title: string,
  { ramp }: ClusterColours,
): ValueColours {
  const [low, high] = [told.low ?? 0, told.high ?? 0];
  const inWords = (value: number) => (told.kind === "time" ? dayOf(value) : formatStatistic(value));
  return {
    codes: rampCodes(Float32Array.from(values), low, high),
    texture: rampTexture(ramp),
    legend: {
      title,
      basis: told.basis,
      ramp: {
        colours: rampStops(ramp),
        low: inWords(low),
        high: inWords(high),
        minimum: inWords(told.minimum ?? low),
        maximum: inWords(told.maximum ?? high),
      },
      entries: [],
      nMissing: told.n_missing,
    },
  };
}

function byCategory(
  { told, values }: RowValues,
  title: string,
  colours: ClusterColours,
): ValueColours {
  const names = told.values ?? [];
  const entries = names.map((name, code) => ({
    name,
    css: colours.css(code),
    count: told.counts?.[code] ?? 0,
  }));
  const rgb = names.map((_, code) => slotColour(colours.palette, code));
  if (told.n_other) {
    // One colour for many values is none of theirs: the last of the palette.
    rgb.push(slotColour(colours.palette, colours.palette.length - 1));
    entries.push({
      name: t("{count, plural, one {# more value} other {# more values}}", {
        count: told.n_other_values ?? 0,
      }),
      css: colours.css(colours.palette.length - 1),
      count: told.n_other,
    });
  }
  return {
    codes: Uint16Array.from(values),
    texture: rampTexture(rgb),
    legend: { title, basis: told.basis, ramp: null, entries, nMissing: told.n_missing },
  };
}

/** The day of a time in seconds since 1970, UTC. */
function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
