// Small tables made in the browser, for a visitor who has none at hand. They are uploaded like any
// file and are named as what they are: generated.

import { t } from "../../language/language.ts";

export interface SampleTable {
  /** File name, which says that the table is generated. */
  fileName: string;
  title: string;
  /** What a clustering should find in it. */
  description: string;
  /** Draws the table anew; the same every time. */
  csv: () => string;
}

type Point = readonly number[];

export const SAMPLE_TABLES: readonly SampleTable[] = [
  {
    fileName: "generated moons.csv",
    title: t("Two moons"),
    description: t("2,000 rows, 2 columns: two interleaved half circles"),
    csv: () => toCsv(["x", "y"], moons(2_000, generator(1))),
  },
  {
    fileName: "generated rings.csv",
    title: t("Three rings"),
    description: t("3,000 rows, 2 columns: rings inside each other"),
    csv: () => toCsv(["x", "y"], rings(3_000, generator(2))),
  },
  {
    fileName: "generated blobs.csv",
    title: t("Five blobs"),
    description: t("5,000 rows, 4 columns: five round groups of different width"),
    csv: () => toCsv(["a", "b", "c", "d"], blobs(5_000, generator(3))),
  },
];

/** The table as a file to upload. */
export function sampleFile(sample: SampleTable): File {
  return new File([sample.csv()], sample.fileName, { type: "text/csv" });
}

interface Random {
  /** Uniform in [0, 1). */
  uniform: () => number;
  /** Normal with mean 0 and deviation 1. */
  normal: () => number;
}

/** Mulberry32 with Box-Muller: seeded, so that a sample is the same table every time. */
function generator(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

function moons(count: number, { uniform, normal }: Random): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = Math.PI * uniform();
    const upper = index % 2 === 0;
    const x = upper ? Math.cos(angle) : 1 - Math.cos(angle);
    const y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
    return [x + 0.06 * normal(), y + 0.06 * normal()];
  });
}

function rings(count: number, { uniform, normal }: Random): Point[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = 2 * Math.PI * uniform();
    const radius = 1 + (index % 3) + 0.08 * normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

function blobs(count: number, { uniform, normal }: Random): Point[] {
  const centres = Array.from({ length: 5 }, () => Array.from({ length: 4 }, () => 20 * uniform()));
  const widths = [0.6, 0.8, 1, 1.2, 1.4];
  return Array.from({ length: count }, (_, index) => {
    const blob = index % 5;
    return (centres[blob] ?? []).map((centre) => centre + (widths[blob] ?? 1) * normal());
  });
}

function toCsv(columns: readonly string[], points: readonly Point[]): string {
  const rows = points.map((point) => point.map((value) => value.toFixed(5)).join(","));
  return `${[columns.join(","), ...rows].join("\n")}\n`;
}
