// Explore for those with whom a run is shared to view: they look and change nothing, and are told so.
import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { at, exampleDataset, exampleToken, startFakeServer } from "../../api/fakeServer.ts";
import { keepToken } from "../../api/session.ts";
import {
  clusteredRun,
  clusteredTable,
  partitionOf,
  renderExplore,
  ROWS,
} from "./exampleExplore.tsx";

const server = startFakeServer();
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});

/** Serves a table and its run with a right; a request that would change one fails the test. */
function serveWith(right: "view" | "own") {
  server.use(
    http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset({ n_rows: ROWS, right }))),
    http.get(at("/runs"), () =>
      HttpResponse.json({ items: [clusteredRun({ right })], next_cursor: null }),
    ),
    ...clusteredTable(),
  );
}

async function expectNothingToChange() {
  expect(await screen.findByText(/You may look at this run/)).toBeVisible();
  expect(screen.getByText(/clustering it anew takes the right to edit it/)).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Run( again)?$/ })).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "More clusters" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Fewer clusters" })).toBeDisabled();
  const [menu] = await screen.findAllByRole("button", { name: /^Actions for/ });
  await userEvent.click(menu as HTMLElement);
  const items = within(await screen.findByRole("menu")).getAllByRole("menuitem");
  expect(items.map((item) => item.textContent)).toEqual(["Select its rows"]);
}

it("offers nothing that changes a run shared to view, nor asks for another cut", async () => {
  keepToken(exampleToken({ role: "user" }));
  serveWith("view");
  const cut = vi.fn();
  server.use(http.put(at("/runs/11/*"), cut));
  // A link that somebody with the right to edit has passed on.
  renderExplore("?k=3");
  await expectNothingToChange();
  expect(screen.getByTestId("k")).toHaveTextContent("2");
  await userEvent.keyboard("]");
  await waitFor(() => expect(screen.getByTestId("k")).toHaveTextContent("2"));
  expect(cut).not.toHaveBeenCalled();
});

it("offers nothing that changes to the role viewer, whose own the run is", async () => {
  keepToken(exampleToken({ role: "viewer" }));
  serveWith("own");
  renderExplore();
  await expectNothingToChange();
});

it("offers the edits to whoever may make them", async () => {
  keepToken(exampleToken({ role: "user" }));
  serveWith("own");
  // The cut ahead of the wish to see it.
  server.use(
    http.put(at("/runs/11/partitions/:k"), ({ params }) =>
      HttpResponse.json(partitionOf(Number(params.k))),
    ),
  );
  renderExplore();
  expect((await screen.findAllByRole("button", { name: /^Edit/ })).length).toBeGreaterThan(0);
  expect(screen.getByRole("button", { name: "More clusters" })).toBeEnabled();
  expect(screen.queryByText(/You may look at/)).not.toBeInTheDocument();
});
