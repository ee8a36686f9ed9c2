import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  at,
  exampleDataset,
  exampleJob,
  exampleRun,
  problem,
  startFakeServer,
} from "../../api/fakeServer.ts";
import { clusteredTable, FORECAST, partitionOf, renderExplore } from "./exampleExplore.tsx";

const server = startFakeServer();
// The page loads its Arrow reader on first use; a busy machine takes a while for that.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  // jsdom has no WebGL: these tests see the page as a browser without it shows it.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  // Nor has it a layout; the table shows as many rows as its height has room for.
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(300);
});

function clusters() {
  const list = within(screen.getByRole("region", { name: "Clusters" }));
  return list.getAllByRole("button", { name: /^Cluster \d+, / });
}

describe("a table with a run", () => {
  beforeEach(() => server.use(...clusteredTable()));

  it("lists its clusters with size and silhouette and says what the run did", async () => {
    renderExplore();
    expect(
      await screen.findByRole("button", { name: "Cluster 0, 4 rows, silhouette 0.60" }),
    ).toBeVisible();
    expect(
      screen.getByRole("button", { name: /Cluster 1, 2 rows, silhouette −0.10/ }),
    ).toBeVisible();
    expect(screen.getByText("3 missing cells were filled with the column median.")).toBeVisible();
    expect(screen.getByRole("button", { name: /^Run 1/ })).toBeVisible();
  });

  it("tells how surely the rows belong to each cluster, and what a run would take", async () => {
    renderExplore();
    const list = within(await screen.findByRole("region", { name: "Clusters" }));
    expect(await list.findByText("0.45")).toBeVisible();
    expect(list.getByRole("button", { name: /share of 7 views that agree/ })).toBeVisible();
    expect(
      await screen.findByText("About 12 s and 340 MB; most of the time for: Linking neighbours"),
    ).toBeVisible();
  });

  it("says why a run would be refused", async () => {
    const refusal = "It needs 90 GB and may use 8 GB; choose the landmark method.";
    server.use(
      http.post(at("/datasets/3/forecast"), () => HttpResponse.json({ ...FORECAST, refusal })),
    );
    renderExplore();
    expect(await screen.findByText(refusal)).toBeVisible();
  });

  it("works without a map where the browser has no WebGL2, and says so", async () => {
    renderExplore();
    expect(await screen.findByText("The map can't be drawn here")).toBeVisible();
  });

  it("re-cuts by the stepper, the spectrum and the keys, and keeps k in the address", async () => {
    const { address } = renderExplore();
    await screen.findByRole("button", { name: /Cluster 0, 4 rows/ });
    await userEvent.click(screen.getByRole("button", { name: "More clusters" }));
    expect(await screen.findByRole("button", { name: /Cluster 2, 2 rows/ })).toBeVisible();
    expect(address()).toContain("k=3");
    expect(screen.getByRole("button", { name: "More clusters" })).toBeDisabled();
    await userEvent.keyboard("[[");
    await waitFor(() => expect(clusters()).toHaveLength(2));
    await userEvent.click(screen.getByRole("button", { name: /^3a finer cut|a finer cut/ }));
    await waitFor(() => expect(clusters()).toHaveLength(3));
    expect(screen.getByRole("slider", { name: /Number of clusters/ })).toHaveAttribute(
      "aria-valuetext",
      "3 clusters, gap 0.010 after eigenvalue 3, suggestion 2",
    );
  });

  it("cuts ahead what the pointer is on, and shows it only once it is chosen", async () => {
    const asked: string[] = [];
    server.events.on("request:start", ({ request }) => {
      if (request.method === "PUT") asked.push(new URL(request.url).pathname);
    });
    const { address } = renderExplore();
    await screen.findByRole("button", { name: /Cluster 0, 4 rows/ });
    await userEvent.hover(screen.getByRole("button", { name: "More clusters" }));
    await waitFor(() => expect(asked).toEqual(["/api/v1/runs/11/partitions/3"]));
    expect(clusters()).toHaveLength(2);
    expect(address()).not.toContain("k=3");
    await userEvent.click(screen.getByRole("button", { name: "More clusters" }));
    await waitFor(() => expect(clusters()).toHaveLength(3));
    await waitFor(() => expect(asked).toContain("/api/v1/runs/11/partition"));
    server.events.removeAllListeners();
  });

  it("cuts into the numbers a press away while the map is looked at", async () => {
    const ahead: string[] = [];
    server.events.on("request:start", ({ request }) => {
      if (request.url.includes("/partitions/")) ahead.push(new URL(request.url).pathname);
    });
    renderExplore();
    await screen.findByRole("button", { name: /Cluster 0, 4 rows/ });
    await waitFor(() =>
      expect(ahead).toEqual(["/api/v1/runs/11/partitions/3", "/api/v1/runs/11/partitions/1"]),
    );
    expect(clusters()).toHaveLength(2);
    server.events.removeAllListeners();
  });

  it("cuts nothing more unasked once a cut has taken long", async () => {
    const ahead: string[] = [];
    server.use(
      http.put(at("/runs/11/partitions/:nClusters"), async ({ params }) => {
        ahead.push(String(params["nClusters"]));
        await new Promise((resolve) => setTimeout(resolve, 600));
        return HttpResponse.json(partitionOf(Number(params["nClusters"])));
      }),
    );
    renderExplore();
    await screen.findByRole("button", { name: /Cluster 0, 4 rows/ });
    await waitFor(() => expect(ahead).toEqual(["3"]));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(ahead).toEqual(["3"]);
  });

  it("says nothing when a cut ahead fails, and cuts when it is chosen", async () => {
    let refused = 0;
    server.use(
      http.put(at("/runs/11/partitions/:nClusters"), () => {
        refused += 1;
        return problem(503, "worker_lost");
      }),
    );
    renderExplore();
    await screen.findByRole("button", { name: /Cluster 0, 4 rows/ });
    await userEvent.hover(screen.getByRole("button", { name: "More clusters" }));
    await waitFor(() => expect(refused).toBeGreaterThan(0));
    expect(screen.queryByRole("alert")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "More clusters" }));
    await waitFor(() => expect(clusters()).toHaveLength(3));
  });

  it("keeps the clusters on the screen when a re-cut fails, and tries again", async () => {
    renderExplore();
    await screen.findByRole("button", { name: /Cluster 0, 4 rows/ });
    server.use(
      http.put(at("/runs/11/partition"), () => problem(503, "worker_lost")),
      // A cut ahead would answer the click.
      http.put(at("/runs/11/partitions/:nClusters"), () => problem(503, "worker_lost")),
    );
    await userEvent.click(screen.getByRole("button", { name: "More clusters" }));
    expect(await screen.findByRole("alert", {}, { timeout: 15_000 })).toHaveTextContent(
      "worker_lost",
    );
    expect(clusters()).toHaveLength(2);
    server.resetHandlers(...clusteredTable());
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(clusters()).toHaveLength(3));
  });

  it("isolates a cluster and shows its rows", async () => {
    const { address } = renderExplore();
    await userEvent.click(await screen.findByRole("button", { name: /Cluster 1, 2 rows/ }));
    await waitFor(() => expect(address()).toContain("sel=1"));
    await userEvent.click(await screen.findByRole("button", { name: "Select its rows" }));
    const table = await screen.findByRole("region", { name: "Selected rows" });
    expect(await within(table).findByText("kind 4")).toBeVisible();
    expect(within(table).getByText("5.25")).toBeVisible();
    expect(screen.getByTestId("announcement")).toHaveTextContent(
      "2 clusters. 2 rows selected, 100 % Cluster 1",
    );
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(address()).not.toContain("sel=1"));
  });

  it("restores the view of a link", async () => {
    renderExplore("?run=11&k=3&sel=2");
    await screen.findByRole("button", { name: /Cluster 2/, pressed: true });
    expect(screen.getByTestId("k")).toHaveTextContent("3");
  });

  it("does not show the run of another table under this one's name", async () => {
    server.use(http.get(at("/runs/99"), () => HttpResponse.json(exampleRun({ dataset_id: 4 }))));
    renderExplore("?run=99");
    expect(await screen.findByRole("alert")).toHaveTextContent("does not belong to example.csv");
    await userEvent.click(screen.getByRole("button", { name: "Show the newest run" }));
    expect(await screen.findByRole("button", { name: /Cluster 0, 4 rows/ })).toBeVisible();
  });

  it("starts a run with only the parameters that differ", async () => {
    const sent = vi.fn();
    server.use(
      http.post(at("/jobs"), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(exampleJob({ status: "queued" }), { status: 202 });
      }),
    );
    renderExplore();
    const neighbours = await screen.findByRole("textbox", { name: "Neighbours" });
    await userEvent.clear(neighbours);
    await userEvent.type(neighbours, "25");
    expect(await screen.findByText("1 changed")).toBeVisible();
    expect(screen.getByText("default 10")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Run again" }));
    await waitFor(() =>
      expect(sent).toHaveBeenCalledWith({
        kind: "fit",
        dataset_id: 3,
        parameters: { n_neighbors: 25 },
        priority: "normal",
      }),
    );
  });

  it("tells a value out of range instead of changing it, and does not send it", async () => {
    renderExplore();
    const neighbours = await screen.findByRole("textbox", { name: "Neighbours" });
    await userEvent.clear(neighbours);
    await userEvent.type(neighbours, "1000");
    await userEvent.tab();
    expect(neighbours).toHaveValue("1000");
    expect(screen.getByRole("alert")).toHaveTextContent("Neighbours is 1000; the largest is 100.");
    expect(screen.getByRole("button", { name: "Run again" })).toBeDisabled();
  });

  it("says that the last clustering was cancelled and starts it again", async () => {
    const sent = vi.fn();
    const stopped = exampleJob({ id: 8, status: "cancelled" });
    server.use(
      http.get(at("/jobs"), () => HttpResponse.json({ items: [stopped], next_cursor: null })),
      http.post(at("/jobs"), () => {
        sent();
        return HttpResponse.json(exampleJob({ id: 9, status: "queued" }), { status: 202 });
      }),
    );
    renderExplore();
    expect(await screen.findByText(/run 1 stays on the/)).toBeVisible();
    await screen.findByRole("button", { name: "Run again" });
    await userEvent.click(screen.getByRole("button", { name: "Start it again" }));
    await waitFor(() => expect(sent).toHaveBeenCalled());
  });

  it("takes changes back by Reset", async () => {
    renderExplore();
    const neighbours = await screen.findByRole("textbox", { name: "Neighbours" });
    await userEvent.clear(neighbours);
    await userEvent.type(neighbours, "25");
    await userEvent.click(screen.getByRole("button", { name: "Reset" }));
    expect(screen.getByRole("textbox", { name: "Neighbours" })).toHaveValue("10");
  });
});

describe("a table without a run", () => {
  const none = http.get(at("/runs"), () => HttpResponse.json({ items: [], next_cursor: null }));

  it("shows the stages of the clustering that runs", async () => {
    const job = exampleJob({ stage: "embedding", progress: 0.4 });
    server.use(
      none,
      http.get(at("/jobs"), () => HttpResponse.json({ items: [job], next_cursor: null })),
      http.get(at("/jobs/7"), () => HttpResponse.json(job)),
      ...clusteredTable(),
    );
    renderExplore();
    expect(await screen.findByRole("heading", { name: "Clustering example.csv" })).toBeVisible();
    expect(screen.getByRole("listitem", { name: "Linking neighbours: done" })).toBeVisible();
    expect(
      screen.getByRole("listitem", { name: "Solving for eigenvectors: running" }),
    ).toBeVisible();
    expect(screen.getByRole("button", { name: "Cancel clustering" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Clustering…" })).toBeDisabled();
  });

  it("shows why the clustering failed and what to do", async () => {
    const error = {
      type: "about:blank",
      title: "No numeric column",
      status: 422,
      detail: "The table has 2 columns, none of them numeric.",
      code: "no_numeric_column",
      remedy: "Give at least one column numbers.",
    };
    const job = exampleJob({ status: "failed", error: error as never });
    server.use(
      none,
      http.get(at("/jobs"), () => HttpResponse.json({ items: [job], next_cursor: null })),
      ...clusteredTable(),
    );
    renderExplore();
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("none of them numeric");
    expect(alert).toHaveTextContent("Give at least one column numbers.");
  });

  it("says that a clustering was cancelled and offers to run it", async () => {
    const job = exampleJob({ status: "cancelled" });
    server.use(
      none,
      http.get(at("/jobs"), () => HttpResponse.json({ items: [job], next_cursor: null })),
      ...clusteredTable(),
    );
    renderExplore();
    expect(await screen.findByText("The clustering was cancelled")).toBeVisible();
    expect(screen.getByRole("button", { name: "Run" })).toBeEnabled();
  });
});

it("says why a table without numbers is not clustered", async () => {
  const [, kind] = exampleDataset().columns;
  const words = exampleDataset({ columns: kind ? [kind] : [] });
  server.use(
    http.get(at("/datasets/3"), () => HttpResponse.json(words)),
    http.get(at("/runs"), () => HttpResponse.json({ items: [], next_cursor: null })),
    ...clusteredTable(),
  );
  renderExplore();
  const title = await screen.findByText("No numeric column");
  expect(title.closest("[role=alert]")).toHaveTextContent("kind (text)");
  expect(screen.getByRole("button", { name: "Run" })).toBeDisabled();
});

describe("a table that is not ready", () => {
  it("shows how far the import is", async () => {
    const job = exampleJob({ id: 6, kind: "import", stage: "read", progress: 0.5 });
    server.use(
      http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset({ status: "importing" }))),
      http.get(at("/jobs/6"), () => HttpResponse.json(job)),
    );
    renderExplore();
    expect(await screen.findByRole("heading", { name: "Reading example.csv" })).toBeVisible();
  });

  it("shows why the import failed and leads to its settings", async () => {
    const error = {
      title: "Empty table",
      detail: "Only a header.",
      code: "header_only",
      status: 422,
    };
    server.use(
      http.get(at("/datasets/3"), () =>
        HttpResponse.json(exampleDataset({ status: "failed", error: error as never })),
      ),
    );
    renderExplore();
    expect(await screen.findByRole("alert")).toHaveTextContent("Only a header.");
    expect(screen.getByRole("link", { name: /how it was read/ })).toHaveAttribute("href", "/d/3");
  });

  it("says when there is no such table", async () => {
    server.use(http.get(at("/datasets/3"), () => problem(404, "not_found")));
    renderExplore();
    expect(await screen.findByRole("alert")).toHaveTextContent("not_found");
  });
});
