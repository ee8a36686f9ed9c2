// For tests: Explore at its address, against a server that knows one clustered table of six rows.
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { http, HttpResponse } from "msw";
import type { ReactNode } from "react";
import type {
  AlgorithmRead,
  Forecast,
  GraphDiagnosis,
  History,
  PartitionChanges,
  PartitionRead,
  RowValuesRead,
  RunRead,
} from "../../api/contract.ts";
import { at, exampleDataset, exampleRun } from "../../api/fakeServer.ts";
import { HeaderSlot, HeaderSlotProvider } from "../../ui/headerSlot.tsx";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { explainedClusters } from "./exampleExplanations.ts";
import { ExplorerPage } from "./ExplorerPage.tsx";

export const ROWS = 6;

/** Labels of the six rows for every number of clusters the fake server knows. */
export const LABELS: Record<number, number[]> = {
  2: [0, 0, 0, 0, 1, 1],
  3: [0, 0, 1, 1, 2, 2],
};

export function partitionOf(nClusters: number): PartitionRead {
  const labels = LABELS[nClusters] ?? [];
  return {
    id: nClusters,
    run_id: 11,
    n_clusters: nClusters,
    silhouette: 0.5,
    silhouette_sample_size: ROWS,
    clusters: Array.from({ length: nClusters }, (_, label) => ({
      label,
      size: labels.filter((value) => value === label).length,
      silhouette: label === 1 ? -0.1 : 0.6,
    })),
    key: `c${nClusters}`,
    position: 0,
    n_excluded: 0,
    consensus: null,
    created_at: "2026-01-02T03:04:05Z",
  };
}

export function clusteredRun(changes: Partial<RunRead> = {}): RunRead {
  return exampleRun({
    n_rows: ROWS,
    eigenvalues: [0, 0.01, 0.4, 0.41],
    suggestions: [
      { n_clusters: 2, score: 1, ratio: 40, eigengap: 0.39, reasons: ["the largest gap"] },
      { n_clusters: 3, score: 0.2, ratio: 1.1, eigengap: 0.01, reasons: ["a finer cut"] },
    ],
    notes: [{ code: "imputed", message: "3 missing cells were filled with the column median." }],
    max_clusters: 3,
    partition: partitionOf(2),
    ...changes,
  });
}

/** The history of a cut that nobody has edited. */
export function noEdits(nClusters: number): History {
  return {
    run_id: 11,
    n_clusters: nClusters,
    position: 0,
    key: partitionOf(nClusters).key,
    edits: [],
    constraints: { must_link: [], cannot_link: [], labelled_rows: [] },
    violations: [],
    forced_rows: [],
  };
}

const ALGORITHM = {
  name: "spectral",
  title: "Spectral clustering",
  schema: {
    properties: {
      columns: { title: "Columns", type: ["array", "null"], default: null, "x-group": "Features" },
      n_neighbors: {
        title: "Neighbours",
        description: "Nearest neighbours each row is linked to.",
        type: "integer",
        default: 10,
        minimum: 2,
        maximum: 100,
        "x-group": "Features",
      },
    },
  },
} as unknown as AlgorithmRead;

function arrow(table: Table): HttpResponse<ArrayBuffer> {
  return HttpResponse.arrayBuffer(new Uint8Array(tableToIPC(table, "stream")).buffer);
}

const CONFIDENCE: RowValuesRead = {
  key: "c0ffee",
  kind: "number",
  basis: "share of 7 views that agree",
  n_missing: 0,
  cluster_means: [0.9, 0.45],
};

export const FORECAST: Forecast = {
  method: "exact",
  method_reason: "Few rows.",
  consensus: false,
  n_samples: ROWS,
  n_features: 2,
  seconds: 12,
  cpu_seconds: { graph: 4 },
  memory_bytes: 340_000_000,
  stage_bytes: {},
  memory_bound: null,
  longest_stage: "graph",
  largest_stage: "graph",
  refusal: null,
};

/** Answers for a table with one run; put others before them to change one. */
export function clusteredTable() {
  return [
    ...explainedClusters(),
    http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset({ n_rows: ROWS }))),
    http.get(at("/runs"), () => HttpResponse.json({ items: [clusteredRun()], next_cursor: null })),
    http.get(at("/runs/11/selections"), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at("/jobs"), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at("/algorithms"), () => HttpResponse.json([ALGORITHM])),
    http.get(at("/runs/11/labels"), ({ request }) => {
      const wanted = Number(new URL(request.url).searchParams.get("n_clusters"));
      const labels = vectorFromArray(Uint16Array.from(LABELS[wanted] ?? []));
      return arrow(new Table({ label: labels }));
    }),
    http.get(at("/runs/11/edits"), ({ request }) =>
      HttpResponse.json(noEdits(Number(new URL(request.url).searchParams.get("n_clusters")))),
    ),
    http.get(at("/runs/11/values"), () => HttpResponse.json(CONFIDENCE)),
    http.post(at("/datasets/3/forecast"), () => HttpResponse.json(FORECAST)),
    http.put(at("/runs/11/partition"), async ({ request }) => {
      const { n_clusters: wanted } = (await request.json()) as { n_clusters: number };
      return HttpResponse.json(partitionOf(wanted));
    }),
    http.put(at("/runs/11/partitions/:nClusters"), ({ params }) =>
      HttpResponse.json(partitionOf(Number(params["nClusters"]))),
    ),
    http.post(at("/datasets/3/rows"), async ({ request }) => {
      const { rows } = (await request.json()) as { rows: number[] };
      return arrow(
        new Table({
          row: vectorFromArray(Uint32Array.from(rows)),
          x: vectorFromArray(Float64Array.from(rows, (row) => row + 0.25)),
          kind: vectorFromArray(rows.map((row) => `kind ${row}`)),
        }),
      );
    }),
  ];
}

/** Render Explore of dataset 3 at `/d/3/explore` with the given search. */
export function renderExplore(search = "") {
  const rootRoute = createRootRoute();
  const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: "shell" });
  const exploreRoute = createRoute({
    getParentRoute: () => shellRoute,
    path: "/d/$datasetId/explore",
    component: () => (
      <HeaderSlotProvider>
        <HeaderSlot />
        <ExplorerPage datasetId={3} />
      </HeaderSlotProvider>
    ),
  });
  const router = createRouter({
    routeTree: rootRoute.addChildren([shellRoute.addChildren([exploreRoute])]),
    history: createMemoryHistory({ initialEntries: [`/d/3/explore${search}`] }),
  });
  const rendered = renderInApp(<RouterProvider router={router as never} />);
  return { ...rendered, address: () => router.state.location.searchStr };
}

/** Answers to what Compare and Report ask beyond Explore. */
export function comparedTable() {
  const corners = Uint16Array.from([0, 13000, 26000, 39000, 52000, 65000]);
  return [
    ...clusteredTable(),
    http.get(at("/runs/11/points"), () =>
      arrow(
        new Table({
          row: vectorFromArray(Uint32Array.from(corners.keys())),
          x: vectorFromArray(corners),
          y: vectorFromArray(corners),
        }),
      ),
    ),
    http.get(at("/runs/11/changes/11"), () => HttpResponse.json(CHANGES)),
    http.get(at("/runs/11/diagnosis"), () => HttpResponse.json(DIAGNOSIS)),
    http.get(at("/runs/11/script"), () =>
      HttpResponse.text("from fiedler import SpectralClustering"),
    ),
  ];
}

const CHANGES: PartitionChanges = {
  key: "cha4ge",
  contingency: [
    [2, 0],
    [2, 0],
    [0, 2],
  ],
  counterparts: [0, 2],
  adjusted_rand_index: 0.44,
  adjusted_mutual_information: 0.52,
  n_moved: 2,
  n_compared: ROWS,
  n_left_out: 0,
};

const NO_VERTICES = { count: 0, first: [] };
const DIAGNOSIS: GraphDiagnosis = {
  key: "d1a9",
  vertices: "rows",
  n_rows: ROWS,
  n_vertices: ROWS,
  n_links: 9,
  n_copies: 0,
  part_sizes: [4, 2],
  n_small_parts: 0,
  n_rows_in_small_parts: 0,
  isolated: NO_VERTICES,
  links: { median: 3 },
  degrees: {},
  weak: NO_VERTICES,
  hubs: NO_VERTICES,
  hub_share: 0,
  single_links: [],
  cuts: [],
  findings: [
    { code: "parts", message: "The graph falls into 2 parts.", advice: "Each can be one." },
  ],
};

/** Render a page that links to others, away from any address of its own. */
export function renderPage(page: ReactNode) {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => page }),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  // The routes of the app are not those of this test.
  return renderInApp(<RouterProvider router={router as never} />);
}
