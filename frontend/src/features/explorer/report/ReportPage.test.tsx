import { configure, screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { at, startFakeServer } from "../../../api/fakeServer.ts";
import { comparedTable, noEdits, renderPage } from "../exampleExplore.tsx";
import { ReportPage } from "./ReportPage.tsx";

const server = startFakeServer();
configure({ asyncUtilTimeout: 10_000 });

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  server.use(...comparedTable());
});

function report(nClusters?: number) {
  renderPage(
    <ReportPage datasetId={3} runId={undefined} nClusters={nClusters} onChoose={() => {}} />,
  );
}

it("tells what the groups are, why so many, how sure, and how to make them anew", async () => {
  report();
  const why = await screen.findByRole("region", { name: "Why so many clusters" });
  expect(why).toHaveTextContent("It is what the data suggest first: the largest gap.");
  const sure = screen.getByRole("region", { name: "How sure" });
  expect(sure).toHaveTextContent("Hardly apart from their neighbours: Cluster 1.");
  expect(await within(sure).findByText(/The graph falls into 2 parts/)).toBeVisible();
  expect(await screen.findByText("from fiedler import SpectralClustering")).toBeVisible();
  expect(await screen.findByText(/None: the clusters are as they were computed/)).toBeVisible();
  expect(await screen.findByRole("region", { name: "Cluster 1" })).toHaveTextContent("precision");
  expect(await screen.findByRole("button", { name: "Download as one HTML file" })).toBeEnabled();
});

it("says that a number was chosen by hand, and what was edited", async () => {
  const edit = {
    position: 1,
    kind: "merge",
    clusters: [0, 1],
    created_at: "2026-01-02T03:04:05Z",
    n_rows: 6,
    n_rows_changed: 2,
    name: null,
    n_parts: null,
    target: null,
    reason: null,
    n_constraints: null,
  };
  server.use(
    http.get(at("/runs/11/edits"), () =>
      HttpResponse.json({ ...noEdits(2), position: 1, edits: [edit, { ...edit, position: 2 }] }),
    ),
  );
  report();
  const edits = await screen.findByRole("region", { name: "Edits by hand" });
  // What was undone is not told.
  expect(await within(edits).findAllByText(/Merged Cluster 0 and Cluster 1/)).toHaveLength(1);
});

it("says when there is nothing to report", async () => {
  server.use(http.get(at("/runs"), () => HttpResponse.json({ items: [], next_cursor: null })));
  report();
  expect(await screen.findByText("Nothing to report yet")).toBeVisible();
});
