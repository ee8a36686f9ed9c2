import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import type { AlgorithmRead, SweepRead, SweepRun } from "../../../api/contract.ts";
import {
  at,
  exampleDataset,
  exampleJob,
  exampleRun,
  startFakeServer,
} from "../../../api/fakeServer.ts";
import { renderWithLinks } from "../../../ui/renderInApp.tsx";
import { SweepFormPage } from "./SweepFormPage.tsx";
import { SweepPage } from "./SweepPage.tsx";

const server = startFakeServer();
const ALGORITHM = {
  name: "spectral",
  title: "Spectral clustering",
  schema: {
    properties: {
      n_neighbors: { title: "Neighbours", type: "integer", default: 10, minimum: 2, maximum: 100 },
      scaling: {
        title: "Scaling",
        type: "string",
        enum: ["standard", "none"],
        default: "standard",
        "x-labels": { none: "As they are" },
      },
      preset: { title: "Preset", type: "string", enum: ["balanced", "fast"], default: "balanced" },
    },
  },
} as unknown as AlgorithmRead;

function swept(changes: Partial<SweepRun>): SweepRun {
  return {
    job_id: 21,
    status: "succeeded",
    point: { n_neighbors: 5 },
    run_id: 31,
    run_number: 2,
    n_clusters: 3,
    metrics: {
      silhouette: 0.25,
      eigengap: 0.1,
      separation: null,
      stability: 0.9,
      agreement: null,
      conductance: null,
    },
    seconds: 1.2,
    error: null,
    ...changes,
  };
}

function sweepWith(runs: SweepRun[], changes: Partial<SweepRead> = {}): SweepRead {
  return {
    job: exampleJob({
      id: 20,
      kind: "sweep",
      status: "succeeded",
      message: "3 of 3 runs have ended.",
    }),
    grid: { n_neighbors: [5, 10, 20] },
    criterion: "silhouette",
    best_run_id: 32,
    runs,
    ...changes,
  };
}

const MEASURED = swept({}).metrics;

function serve(sweep: () => SweepRead) {
  server.use(
    http.get(at("/algorithms"), () => HttpResponse.json([ALGORITHM])),
    http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset())),
    http.get(at("/runs/11"), () =>
      HttpResponse.json(exampleRun({ parameters: { preset: "fast", n_neighbors: 15 } })),
    ),
    http.get(at("/sweeps/20"), () => HttpResponse.json(sweep())),
    http.get(at("/jobs/20"), () => HttpResponse.json(sweep().job)),
  );
}

function order() {
  const table = screen.getByRole("region", { name: "Runs of the sweep" });
  const rows = within(table).getAllByRole("row").slice(1);
  return rows.map((row) => within(row).getAllByRole("cell")[1]?.textContent);
}

it("a sweep's runs are ordered by its criterion, then by any column, with those without a figure last", async () => {
  const runs = [
    swept({}),
    swept({
      job_id: 22,
      run_id: 32,
      run_number: 3,
      point: { n_neighbors: 10 },
      metrics: MEASURED && { ...MEASURED, silhouette: 0.5 },
    }),
    swept({
      job_id: 23,
      run_id: null,
      run_number: null,
      status: "failed",
      point: { n_neighbors: 20 },
      metrics: null,
      n_clusters: null,
      seconds: null,
    }),
  ];
  serve(() => sweepWith(runs));
  renderWithLinks(<SweepPage sweepId={20} />);
  expect(await screen.findByRole("columnheader", { name: /Neighbours/ })).toBeVisible();
  expect(order()).toEqual(["10", "5", "20"]);
  expect(screen.getByText("best").closest("tr")).toHaveTextContent("Run 3");
  expect(screen.getByText("Failed")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Neighbours" }));
  expect(order()).toEqual(["20", "10", "5"]);
  await userEvent.click(screen.getByRole("button", { name: /^Neighbours/ }));
  expect(order()).toEqual(["5", "10", "20"]);
  expect(screen.getByRole("columnheader", { name: /Neighbours/ })).toHaveAttribute(
    "aria-sort",
    "ascending",
  );
  expect(screen.getByRole("link", { name: "Compare with the best" })).toHaveAttribute(
    "href",
    "/d/3/explore?run=31&dock=changes&since=32&sinceK=3",
  );
});

it("a sweep by conductance has its smallest first", async () => {
  const runs = [0.4, 0.2].map((conductance, place) =>
    swept({
      job_id: 21 + place,
      point: { n_neighbors: 5 + place },
      metrics: MEASURED && { ...MEASURED, conductance },
    }),
  );
  serve(() => sweepWith(runs, { criterion: "conductance" }));
  renderWithLinks(<SweepPage sweepId={20} />);
  expect(await screen.findByRole("columnheader", { name: /Conductance/ })).toBeVisible();
  expect(order()).toEqual(["6", "5"]);
});

it("a sweep under way is read again when its job has moved on", async () => {
  let ended = 0;
  const job = () =>
    exampleJob({
      id: 20,
      kind: "sweep",
      status: "running",
      progress: ended / 2,
      message: `${ended}`,
    });
  serve(() =>
    sweepWith(
      [swept({ status: ended > 0 ? "succeeded" : "running", run_id: ended > 0 ? 31 : null })],
      { job: job(), best_run_id: null },
    ),
  );
  const { queryClient } = renderWithLinks(<SweepPage sweepId={20} />);
  expect(await screen.findByText("Running")).toBeVisible();
  ended = 1;
  queryClient.setQueryData(["jobs", "one", 20], job());
  expect(await screen.findByRole("link", { name: "Run 2" })).toBeVisible();
});

it("a grid is put together from the method's parameters, the others as in the run", async () => {
  let sent: unknown;
  serve(() => sweepWith([]));
  server.use(
    http.post(at("/sweeps"), async ({ request }) => {
      sent = await request.json();
      expect(request.headers.get("idempotency-key")).toBeTruthy();
      return HttpResponse.json(sweepWith([]), { status: 202 });
    }),
  );
  const started: number[] = [];
  renderWithLinks(<SweepFormPage datasetId={3} runId={11} onStarted={(id) => started.push(id)} />);
  const choose = await screen.findByLabelText("Vary a parameter");
  expect(screen.getByRole("button", { name: "Start" })).toBeDisabled();
  await userEvent.selectOptions(choose, "Neighbours");
  const numbers = screen.getByLabelText("Neighbours");
  expect(numbers).toHaveValue("15, 30");
  await userEvent.clear(numbers);
  await userEvent.type(numbers, "5 to 15 by 5, 200");
  expect(screen.getByText("Neighbours is 200; the largest is 100.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Start" })).toBeDisabled();
  await userEvent.type(numbers, "{Backspace}{Backspace}{Backspace}20");
  await userEvent.selectOptions(choose, "Scaling");
  await userEvent.selectOptions(choose, "Preset");
  await userEvent.click(screen.getByRole("button", { name: "Vary Preset no more" }));
  await userEvent.selectOptions(screen.getByLabelText("The best run has the best"), "Eigengap");
  await userEvent.click(screen.getByRole("button", { name: "Start 8 runs" }));
  await waitFor(() => expect(started).toEqual([20]));
  expect(sent).toEqual({
    dataset_id: 3,
    grid: { n_neighbors: [5, 10, 15, 20], scaling: ["standard", "none"] },
    parameters: { preset: "fast" },
    criterion: "eigengap",
  });
});

it("a table that may only be looked at is not swept", async () => {
  serve(() => sweepWith([]));
  server.use(
    http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset({ right: "view" }))),
  );
  renderWithLinks(<SweepFormPage datasetId={3} onStarted={() => {}} />);
  expect(await screen.findByText(/takes the right to edit it/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Start/ })).not.toBeInTheDocument();
});
