import { notifications } from "@mantine/notifications";
import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import type { EditRead, PartitionRead, Revised } from "../../../api/contract.ts";
import { at, exampleJob, problem, startFakeServer } from "../../../api/fakeServer.ts";
import {
  clusteredRun,
  clusteredTable,
  noEdits,
  partitionOf,
  renderExplore,
} from "../exampleExplore.tsx";

const server = startFakeServer();
// The page loads its Arrow reader on first use; a busy machine takes a while for that.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  // jsdom has no WebGL: these tests see the page as a browser without it shows it.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  server.use(...clusteredTable());
});

function told(kind: EditRead["kind"], changes: Partial<EditRead> = {}): EditRead {
  return {
    position: 1,
    kind,
    clusters: [],
    target: null,
    n_rows: 0,
    n_parts: null,
    name: null,
    n_rows_changed: 0,
    n_constraints: null,
    reason: null,
    created_at: "2026-01-02T03:04:05Z",
    ...changes,
  };
}

/** The cut into two after one edit, which took names or clusters. */
function revised(partition: Partial<PartitionRead>, edit: EditRead): Revised {
  const after = { ...partitionOf(2), position: 1, ...partition };
  return {
    partition: after,
    history: { ...noEdits(2), position: 1, key: after.key, edits: [edit] },
  };
}

const MERGED = revised(
  { key: "merged", clusters: [{ label: 0, size: 6, silhouette: null }] },
  told("merge", { clusters: [0, 1] }),
);

async function choose(cluster: string, item: string) {
  await userEvent.click(await screen.findByRole("button", { name: `Edit ${cluster}` }));
  await userEvent.click(await screen.findByRole("menuitem", { name: item }));
}

it("sends an edit for the partition it shows, and shows and tells what comes of it", async () => {
  let asked: unknown;
  server.use(
    http.post(at("/runs/11/edits"), async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json(MERGED);
    }),
  );
  renderExplore();
  await choose("Cluster 0", "Cluster 1");
  expect(await screen.findByRole("button", { name: /^Cluster 0, 6 rows/ })).toBeVisible();
  expect(asked).toEqual({ key: "c2", n_clusters: 2, edit: { kind: "merge", clusters: [0, 1] } });
  await waitFor(() =>
    expect(screen.getByTestId("announcement")).toHaveTextContent(
      "Merged Cluster 0 and Cluster 1. 1 cluster",
    ),
  );
  expect(screen.getByRole("button", { name: "1 edit, history" })).toBeVisible();
});

it("undoes by the key, from the partition that the edit left", async () => {
  let asked: unknown;
  server.use(
    http.post(at("/runs/11/edits"), () => HttpResponse.json(MERGED)),
    http.put(at("/runs/11/edits/position"), async ({ request }) => {
      asked = await request.json();
      return HttpResponse.json({
        partition: partitionOf(2),
        history: { ...MERGED.history, position: 0, key: "c2" },
      });
    }),
  );
  renderExplore();
  await choose("Cluster 0", "Cluster 1");
  await screen.findByRole("button", { name: /^Cluster 0, 6 rows/ });
  await waitFor(() => expect(screen.getByRole("button", { name: "Undo" })).toBeEnabled());
  await userEvent.keyboard("{Control>}z{/Control}");
  expect(await screen.findByRole("button", { name: /^Cluster 1, 2 rows/ })).toBeVisible();
  expect(asked).toEqual({ key: "merged", n_clusters: 2, position: 0 });
  await waitFor(() => expect(screen.getByRole("button", { name: "Undo" })).toBeDisabled());
  expect(screen.getByRole("button", { name: "Redo" })).toBeEnabled();
});

it("waits for the job of an edit that takes long", async () => {
  let polls = 0;
  const job = exampleJob({ id: 77, kind: "revise", run_id: 11 });
  server.use(
    http.post(at("/runs/11/edits"), () => HttpResponse.json(job, { status: 202 })),
    http.get(at("/jobs/77"), () => {
      polls += 1;
      return HttpResponse.json({ ...job, status: polls > 1 ? "succeeded" : "running" });
    }),
    http.get(at("/runs/11"), () =>
      HttpResponse.json(clusteredRun({ partition: MERGED.partition })),
    ),
    http.get(at("/runs/11/edits"), () =>
      HttpResponse.json(polls > 1 ? MERGED.history : noEdits(2)),
    ),
  );
  renderExplore();
  await choose("Cluster 0", "Cluster 1");
  expect(await screen.findByRole("button", { name: /^Cluster 0, 6 rows/ })).toBeVisible();
  expect(polls).toBeGreaterThan(1);
});

it("says that clusters were edited elsewhere, and shows them as they are", async () => {
  const complained = vi.spyOn(notifications, "show");
  server.use(
    http.post(at("/runs/11/edits"), () => problem(409, "edit_conflict")),
    http.get(at("/runs/11"), () =>
      HttpResponse.json(clusteredRun({ partition: MERGED.partition })),
    ),
  );
  renderExplore();
  await choose("Cluster 1", "Cluster 0");
  await waitFor(() =>
    expect(complained).toHaveBeenCalledWith(
      expect.objectContaining({ message: "Detail of edit_conflict." }),
    ),
  );
  expect(await screen.findByRole("button", { name: /^Cluster 0, 6 rows/ })).toBeVisible();
});

it("renames by F2 and keeps the name that Escape leaves", async () => {
  const asked: unknown[] = [];
  const named = partitionOf(2).clusters.map((cluster) => ({
    ...cluster,
    name: cluster.label === 1 ? "Quiet" : null,
  }));
  server.use(
    http.post(at("/runs/11/edits"), async ({ request }) => {
      asked.push(((await request.json()) as { edit: unknown }).edit);
      const edit = told("rename", { clusters: [1], name: "Quiet" });
      return HttpResponse.json(revised({ clusters: named }, edit));
    }),
  );
  renderExplore();
  const row = await screen.findByRole("button", { name: /^Cluster 1, 2 rows/ });
  row.focus();
  await userEvent.keyboard("{F2}Wrong{Escape}");
  expect(asked).toEqual([]);
  (await screen.findByRole("button", { name: /^Cluster 1, 2 rows/ })).focus();
  await userEvent.keyboard("{F2}Quiet{Enter}");
  expect(await screen.findByRole("button", { name: /^Quiet, 2 rows/ })).toBeVisible();
  expect(asked).toEqual([{ kind: "rename", cluster: 1, name: "Quiet" }]);
});

it("offers the edits that a selection allows", async () => {
  let asked: unknown;
  server.use(
    http.post(at("/runs/11/edits"), async ({ request }) => {
      asked = ((await request.json()) as { edit: unknown }).edit;
      return HttpResponse.json(MERGED);
    }),
  );
  renderExplore();
  await choose("Cluster 1", "Select its rows");
  expect(await screen.findByTestId("selection-count")).toHaveTextContent("2 of 6");
  // Without WebGL there is no map to float on; the list works all the same.
  expect(screen.queryByRole("toolbar", { name: "Selection" })).toBeNull();
  const list = within(screen.getByRole("region", { name: "Clusters" }));
  await userEvent.click(list.getByRole("button", { name: "Edit Cluster 1" }));
  expect(screen.queryByRole("menuitem", { name: "Into 3 clusters" })).toBeNull();
  await userEvent.click(await screen.findByRole("menuitem", { name: "Into 2 clusters" }));
  await waitFor(() =>
    expect(asked).toEqual({ kind: "split", cluster: 1, n_parts: 2, method: "auto" }),
  );
});
