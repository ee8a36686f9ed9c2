import { Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { http, HttpResponse } from "msw";
import { describe, expect, it, vi } from "vitest";
import type { PartitionRead } from "../../api/contract.ts";
import { at, problem, startFakeServer } from "../../api/fakeServer.ts";
import type { PointMap } from "../../points/map.ts";
import { combined, SampledSelecting } from "./sampledSelecting.ts";
import { type Selection, selectionFromMask } from "./selection.ts";

const server = startFakeServer();
const before = selectionFromMask(Uint8Array.from([1, 1, 0, 0]));
const rows = Uint32Array.from([1, 2]);
const map = {
  projection: { x: [100, 0, 0, 5], y: [0, -100, 0, 95], depth: [0, 0, 0, 0] },
} as unknown as PointMap;
const partition = { run_id: 11, n_clusters: 2 } as PartitionRead;

it("found rows take the place of a selection, join it, or leave it", () => {
  expect(Array.from(combined(before, rows, "replace", 4))).toEqual([0, 1, 1, 0]);
  expect(Array.from(combined(before, rows, "add", 4))).toEqual([1, 1, 1, 0]);
  expect(Array.from(combined(before, rows, "subtract", 4))).toEqual([1, 0, 0, 0]);
  expect(Array.from(combined(null, rows, "add", 4))).toEqual([0, 1, 1, 0]);
  // What was selected before is left as it was, for the history of the page.
  expect(Array.from(before?.mask ?? [])).toEqual([1, 1, 0, 0]);
});

describe("an outline on a sample", () => {
  const onSelection = vi.fn<(selection: Selection | null) => void>();
  const state = () => ({ nRows: 4, selection: before, isolated: 1, onSelection });
  const select = (selecting: SampledSelecting, tool: "lasso" | "brush") =>
    selecting.select(
      map,
      [
        [0, 0],
        [50, 0],
        [50, 50],
      ],
      tool,
      "replace",
      state,
    );

  it("is answered by the service, with the place and the cluster it was drawn in", async () => {
    const asked = vi.fn();
    server.use(
      http.post(at("/runs/11/outlines"), async ({ request }) => {
        asked(await request.json());
        return HttpResponse.json({ key: "ab", n_rows: 2 });
      }),
      http.get(at("/runs/11/explanations/ab/rows"), () => {
        const found = tableToIPC(new Table({ row: vectorFromArray(rows) }), "stream");
        return HttpResponse.arrayBuffer(new Uint8Array(found).buffer);
      }),
    );
    await select(new SampledSelecting(partition, "umap", 2), "brush");
    expect(asked).toHaveBeenCalledWith(
      expect.objectContaining({ layout: "umap", x: [100, 0, 0, 5], radius: 18, cluster: 1 }),
    );
    expect(Array.from(onSelection.mock.lastCall?.[0]?.rows ?? [])).toEqual([1, 2]);
  });

  it("that the service refuses leaves the selection as it is", async () => {
    onSelection.mockReset();
    server.use(http.post(at("/runs/11/outlines"), () => problem(422, "question_refused")));
    await select(new SampledSelecting(partition, "umap", 2), "lasso");
    expect(onSelection).not.toHaveBeenCalled();
  });
});
