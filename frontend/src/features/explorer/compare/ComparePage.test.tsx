import { configure, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { at, startFakeServer } from "../../../api/fakeServer.ts";
import { clusteredRun, comparedTable, renderPage } from "../exampleExplore.tsx";
import { ComparePage } from "./ComparePage.tsx";

const server = startFakeServer();
configure({ asyncUtilTimeout: 10_000 });

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  server.use(...comparedTable());
});

it("sets the shown cut against another suggested one, with the rows that moved", async () => {
  renderPage(<ComparePage datasetId={3} cuts={undefined} onCuts={() => {}} />);
  const pair = await screen.findByRole("region", { name: "Run 1 · k = 3 against Run 1 · k = 2" });
  expect(await within(pair).findByText("33 %")).toBeVisible();
  expect(within(pair).getByText("0.44")).toBeVisible();
  expect(await screen.findByText(/Nothing: the runs were made with the same/)).toBeVisible();
});

it("lights a cluster until it is pressed again", async () => {
  renderPage(<ComparePage datasetId={3} cuts="11.3~11.2" onCuts={() => {}} />);
  const card = await screen.findByRole("region", { name: "Run 1 · k = 3" });
  const cluster = await within(card).findByRole("button", { name: /Cluster 2/ });
  await userEvent.click(cluster);
  await userEvent.unhover(cluster);
  cluster.blur();
  await userEvent.click(await screen.findByRole("button", { name: "Show all rows again" }));
  expect(cluster).toHaveAttribute("aria-pressed", "false");
});

it("keeps which cuts are compared where it is told to", async () => {
  const onCuts = vi.fn();
  renderPage(<ComparePage datasetId={3} cuts="11.3~11.2" onCuts={onCuts} />);
  await userEvent.click(
    await screen.findByRole("button", { name: "Take Run 1 · k = 3 out of the comparison" }),
  );
  expect(onCuts).toHaveBeenCalledWith("11.2");
});

it("says when there is nothing to compare", async () => {
  server.use(http.get(at("/runs"), () => HttpResponse.json({ items: [], next_cursor: null })));
  renderPage(<ComparePage datasetId={3} cuts={undefined} onCuts={() => {}} />);
  expect(await screen.findByText("Nothing to compare yet")).toBeVisible();
});

it("tells what was set otherwise", async () => {
  const other = clusteredRun({ id: 12, number: 2, parameters: { n_neighbors: 30 } });
  server.use(
    http.get(at("/runs"), () =>
      HttpResponse.json({
        items: [{ ...other, partition: { ...other.partition, run_id: 12 } }, clusteredRun()],
        next_cursor: null,
      }),
    ),
    http.get(at("/runs/12/labels"), () => HttpResponse.json({}, { status: 404 })),
  );
  renderPage(<ComparePage datasetId={3} cuts={undefined} onCuts={() => {}} />);
  const table = await screen.findByRole("region", { name: "Parameters of each cut" });
  expect(await within(table).findByText("30")).toBeVisible();
});
