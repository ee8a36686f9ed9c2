import { configure, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ColumnAgreement, GraphDiagnosis, PartitionChanges } from "../../../api/contract.ts";
import { at, startFakeServer } from "../../../api/fakeServer.ts";
import { clusteredRun, clusteredTable, partitionOf, renderExplore } from "../exampleExplore.tsx";

const server = startFakeServer();
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const agreement = {
  key: "0123",
  contingency: [
    [2, 0],
    [2, 2],
  ],
  counterparts: [0, 1],
  adjusted_rand_index: 0.25,
  adjusted_mutual_information: 0.5,
  n_moved: 2,
  n_compared: 6,
  n_left_out: 0,
} satisfies PartitionChanges;

beforeEach(() => {
  // jsdom has neither WebGL nor a layout.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(300);
  server.use(...clusteredTable());
});

describe("changes", () => {
  it("are told since the run before, in figures", async () => {
    const before = clusteredRun({
      id: 10,
      number: 1,
      partition: { ...partitionOf(2), run_id: 10 },
    });
    const items = [clusteredRun({ number: 2 }), before];
    const asked: string[] = [];
    server.use(
      http.get(at("/runs"), () => HttpResponse.json({ items, next_cursor: null })),
      http.get(at("/runs/11/changes/:earlier"), ({ request }) => {
        const { pathname, search } = new URL(request.url);
        asked.push(pathname + search);
        return HttpResponse.json(agreement);
      }),
    );
    const { address } = renderExplore("");
    await userEvent.click(await screen.findByRole("tab", { name: "Changes" }));
    const panel = within(screen.getByRole("tabpanel"));
    expect(await panel.findByText("33 %")).toBeVisible();
    expect(panel.getByText(/ARI/)).toHaveTextContent("ARI 0.25, AMI 0.50");
    expect(panel.getByRole("button", { name: "Select the 2 that moved" })).toBeEnabled();
    expect(panel.getByLabelText("Since")).toHaveTextContent("Run 1, k = 2");
    expect(asked).toEqual(["/api/v1/runs/11/changes/10?n_clusters=2&earlier_n_clusters=2"]);
    expect(address()).toContain("dock=changes");
  });

  it("are told since another cut of the only run", async () => {
    server.use(http.get(at("/runs/11/changes/11"), () => HttpResponse.json(agreement)));
    renderExplore("?dock=changes");
    const panel = within(await screen.findByRole("tabpanel"));
    expect(await panel.findByText("33 %")).toBeVisible();
    expect(panel.getByLabelText("Since")).toHaveValue("11 3");
  });
});

describe("known labels", () => {
  it("are set against the clusters, shares of each cluster in the cells", async () => {
    const found = {
      ...agreement,
      column: "kind",
      values: ["red", null],
      n_values: 2,
    } satisfies ColumnAgreement;
    server.use(
      http.get(at("/runs/11/columns/agreement"), ({ request }) => {
        expect(new URL(request.url).searchParams.get("column")).toBe("kind");
        return HttpResponse.json(found);
      }),
    );
    renderExplore("?dock=labels");
    const table = within(await screen.findByRole("table", { name: "Clusters against kind" }));
    expect(table.getAllByRole("columnheader").map(({ textContent }) => textContent)).toEqual([
      "cluster",
      "red",
      "missing",
    ]);
    expect(table.getAllByRole("cell").map(({ textContent }) => textContent)).toEqual([
      "50",
      "50",
      "·",
      "100",
    ]);
  });
});

describe("the graph", () => {
  it("is diagnosed in words when it is unfolded", async () => {
    const found = {
      key: "4567",
      vertices: "rows",
      n_rows: 6,
      n_vertices: 6,
      n_links: 7,
      n_copies: 0,
      part_sizes: [4, 2],
      n_small_parts: 0,
      n_rows_in_small_parts: 0,
      isolated: { count: 0, first: [] },
      links: { min: 1, median: 2, mean: 2.3, max: 3 },
      degrees: { min: 1, median: 2, mean: 2.3, max: 3 },
      weak: { count: 0, first: [] },
      hubs: { count: 0, first: [] },
      hub_share: 0,
      single_links: [],
      cuts: [],
      findings: [
        { code: "parts", message: "The graph falls into 2 parts.", advice: "Raise n_neighbors." },
      ],
    } satisfies GraphDiagnosis;
    let asked = 0;
    server.use(
      http.get(at("/runs/11/diagnosis"), () => {
        asked += 1;
        return HttpResponse.json(found);
      }),
    );
    renderExplore("");
    const head = await screen.findByText("Diagnosis of the graph");
    expect(asked).toBe(0);
    await userEvent.click(head);
    expect(await screen.findByText(/7 links between 6 rows, in 2 parts/)).toBeVisible();
    expect(screen.getByText(/The graph falls into 2 parts\./)).toHaveTextContent(
      "Raise n_neighbors.",
    );
  });
});
