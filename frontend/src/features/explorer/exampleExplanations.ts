// For tests: what the fake server says about the clusters and rows of the table of six rows.
import { Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { http, HttpResponse } from "msw";
import type {
  ClusterExplanation,
  ColumnContrast,
  Comparison,
  RowExplanation,
} from "../../api/contract.ts";
import { at } from "../../api/fakeServer.ts";

const COLUMN: ColumnContrast = {
  column: 0,
  name: "x",
  n_filled: 3,
  fill: 1,
  curves: {
    edges: [-0.5, 0.5, 1.5],
    inside: [1, 3],
    outside: [2, 0],
    inside_density: [0.25, 0.75],
    outside_density: [1, 0],
    inside_beyond: [0, 0],
    outside_beyond: [0, 0],
  },
  effect: {
    cliffs_delta: 0.75,
    separation: 0.75,
    standardized_difference: 1.2,
    inside_quartiles: [0.5, 1, 1],
    outside_quartiles: [0, 0, 0],
    interval: [0.5, null],
    inside_share: 0.75,
    outside_share: 0,
    inside_count: 4,
    outside_count: 2,
    inside_missing: 0,
    outside_missing: 0,
  },
};

const CONTRAST = {
  key: "0123456789abcdef0123456789abcdef",
  sentence: "Higher x (1 against 0 for the rest).",
  columns: [COLUMN],
  n_columns: 1,
  n_counted: 6,
  rule: {
    conditions: [],
    text: "x > 0.5",
    precision: 1,
    recall: 0.75,
    f1: 0.857,
    n_selected: 3,
    n_selected_inside: 3,
    n_inside: 4,
    n_rows: 6,
  },
  others: {
    quantities: [],
    labels: [
      {
        name: "kind",
        n_different: 2,
        separation: 0.5,
        values: [
          {
            value: "solar",
            n_inside: 3,
            n_all: 3,
            share_inside: 0.75,
            share_outside: 0,
            share_all: 0.5,
            lift: 1.5,
            deviations: 5,
          },
        ],
      },
    ],
    left_out: ["id"],
  },
} satisfies Partial<ClusterExplanation>;

export function exampleClusterExplanation(
  changes: Partial<ClusterExplanation> = {},
): ClusterExplanation {
  return {
    ...CONTRAST,
    cluster: 0,
    size: 4,
    n_rows: 6,
    nearest: { cluster: 1, share_nearer: 0.25, n_examined: 4 },
    border: {
      rows: [{ row: 3, margin: 0.04, other: 1 }],
      threshold: 0.1,
      n_examined: 4,
      n_borderline: 1,
      estimated_borderline: 1,
      others: [{ cluster: 1, count: 1 }],
      counts: Array.from({ length: 40 }, (_, bin) => (bin === 20 || bin === 39 ? 2 : 0)),
      mean: 0.5,
    },
    ...changes,
  };
}

export function exampleComparison(changes: Partial<Comparison> = {}): Comparison {
  return { ...CONTRAST, n_first: 2, n_second: 4, n_shared: 0, ...changes };
}

export function exampleRowExplanation(changes: Partial<RowExplanation> = {}): RowExplanation {
  return {
    key: "fedcba9876543210fedcba9876543210",
    row: 3,
    cluster: 0,
    sentence: "1 of the 2 rows nearest to it are in its cluster.",
    silhouette: 0.1,
    silhouette_neighbor: 1,
    margin: 0.04,
    closest_cluster: 1,
    neighbors: [
      { row: 2, distance: 0.5, cluster: 0, weight: 0.8 },
      { row: 4, distance: 0.75, cluster: 1, weight: 0.4 },
    ],
    held_by: [
      { cluster: 0, count: 1, weight_share: 0.67 },
      { cluster: 1, count: 1, weight_share: 0.33 },
    ],
    columns: [
      {
        column: 0,
        name: "x",
        value: 0.25,
        own_median: 1,
        other_median: 0,
        own_percentile: 0.1,
        other_percentile: 0.9,
        pull: 0.8,
      },
    ],
    ...changes,
  };
}

/** Answers to every question about run 11. */
export function explainedClusters() {
  return [
    http.get(at("/runs/11/clusters/:label/explanation"), ({ params }) =>
      HttpResponse.json(exampleClusterExplanation({ cluster: Number(params.label) })),
    ),
    http.get(at("/runs/11/rows/:row/explanation"), ({ params }) =>
      HttpResponse.json(exampleRowExplanation({ row: Number(params.row) })),
    ),
    http.post(at("/runs/11/comparisons"), () => HttpResponse.json(exampleComparison())),
    http.get(at("/runs/11/explanations/:key/rows"), ({ request }) => {
      const of = new URL(request.url).searchParams.get("of");
      const rows = vectorFromArray(Uint32Array.from(of === "rule" ? [0, 1, 2] : [3]));
      const body = tableToIPC(new Table({ row: rows }), "stream");
      return HttpResponse.arrayBuffer(new Uint8Array(body).buffer);
    }),
  ];
}
