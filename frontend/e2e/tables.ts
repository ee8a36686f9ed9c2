// Tables that the tests make themselves; a seeded generator, so every run sees the same rows.

/** Uniform numbers in [0, 1) (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}

/** Three separate blobs in four columns, one cell in sixty missing, and the true blob as text. */
export function threeBlobs(rows: number): string {
  const next = uniform(20261124);
  const centres = [
    [0, 0, 0, 5],
    [6, 1, 3, 9],
    [2, 7, -3, 2],
  ];
  const lines = ["width,height,depth,weight,kind"];
  for (let row = 0; row < rows; row++) {
    const blob = row % 3;
    const cells = (centres[blob] as number[]).map((centre) =>
      next() < 1 / 60 ? "" : (centre + 0.7 * normal(next)).toFixed(3),
    );
    lines.push([...cells, ["red", "green", "blue"][blob]].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** Two interleaved half moons in two columns. */
export function twoMoons(rows: number): string {
  const next = uniform(7);
  const lines = ["x,y"];
  for (let row = 0; row < rows; row++) {
    const angle = Math.PI * next();
    const upper = row % 2 === 0;
    const x = upper ? Math.cos(angle) : 1 - Math.cos(angle);
    const y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
    lines.push(`${(x + 0.04 * normal(next)).toFixed(4)},${(y + 0.04 * normal(next)).toFixed(4)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Gaussian blobs in many columns, for work that takes long enough to be watched and cancelled. */
export function manyBlobs(rows: number, columns: number, blobs: number): string {
  const next = uniform(99);
  const centres = Array.from({ length: blobs }, () =>
    Array.from({ length: columns }, () => 10 * next()),
  );
  const lines = [Array.from({ length: columns }, (_, column) => `v${column + 1}`).join(",")];
  for (let row = 0; row < rows; row++) {
    const centre = centres[row % blobs] as number[];
    lines.push(centre.map((value) => (value + normal(next)).toFixed(3)).join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** Arcs and spots of different size and density in two columns, for a picture that shows what clusters may be. */
export function garden(rows: number): string {
  const next = uniform(1973);
  // Centre, radius, from and to angle (in half turns), thickness, share of the rows.
  const arcs = [
    [0, 0, 2.2, 0.05, 0.95, 0.16, 0.2],
    [2.2, 0.9, 2.2, 1.05, 1.95, 0.16, 0.2],
    [6.4, 2.4, 1.5, 0.55, 1.6, 0.14, 0.15],
    [6.6, -1.4, 1.2, 0, 2, 0.1, 0.14],
    [6.6, -1.4, 0, 0, 2, 0.22, 0.08],
    [-2.6, -1.8, 0, 0, 2, 0.3, 0.08],
    [-3.4, 3, 1.1, 0.6, 1.7, 0.13, 0.09],
    [2.6, 4.2, 0, 0, 2, 0.26, 0.06],
  ] as const;
  const lines = ["reach,height"];
  for (const [x, y, radius, from, to, thickness, share] of arcs) {
    for (let row = 0; row < rows * share; row++) {
      const angle = Math.PI * (from + (to - from) * next());
      const distance = radius + thickness * normal(next);
      const around = radius === 0 ? 2 * Math.PI * next() : angle;
      lines.push(
        `${(x + distance * Math.cos(around)).toFixed(4)},${(y + distance * Math.sin(around)).toFixed(4)}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Three kinds of birds by three measures, with what is known of each besides: kind, site and day. */
export function birds(rows: number): string {
  const next = uniform(1873);
  const kinds = [
    { species: "wren", wing: 49, bill: 12, tail: 33, site: "hedge" },
    { species: "robin", wing: 72, bill: 14, tail: 58, site: "garden" },
    { species: "tern", wing: 270, bill: 36, tail: 140, site: "coast" },
  ] as const;
  const lines = ["wing,bill,tail,species,site,day"];
  for (let row = 0; row < rows; row++) {
    const kind = kinds[row % 3] as (typeof kinds)[number];
    const measure = (usual: number, spread: number) => (usual + spread * normal(next)).toFixed(2);
    const site = next() < 0.85 ? kind.site : "field";
    const day = new Date(Date.UTC(2024, 3 + (row % 3), 1 + Math.floor(next() * 28)));
    lines.push(
      [
        measure(kind.wing, kind.wing / 25),
        next() < 1 / 40 ? "" : measure(kind.bill, 0.8),
        measure(kind.tail, kind.tail / 14),
        kind.species,
        site,
        day.toISOString().slice(0, 10),
      ].join(","),
    );
  }
  return `${lines.join("\n")}\n`;
}
