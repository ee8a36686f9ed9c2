import { QueryClient } from "@tanstack/react-query";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import type { PartitionRead } from "./contract.ts";
import { clusterExplanationQuery, rowSetOf } from "./explanations.ts";
import { at, exampleJob, problem, startFakeServer } from "./fakeServer.ts";

const server = startFakeServer();
const PARTITION: PartitionRead = {
  id: 4,
  run_id: 11,
  n_clusters: 2,
  silhouette: 0.5,
  silhouette_sample_size: 6,
  clusters: [
    { label: 0, size: 4, silhouette: 0.6 },
    { label: 1, size: 2, silhouette: 0.6 },
  ],
  key: "c2",
  position: 0,
  n_excluded: 0,
  consensus: null,
  created_at: "2026-01-02T03:04:05Z",
};

it("asks again while the answer is on its way", async () => {
  let asked = 0;
  server.use(
    http.get(at("/runs/11/clusters/1/explanation"), ({ request }) => {
      expect(new URL(request.url).searchParams.get("n_clusters")).toBe("2");
      asked += 1;
      return asked < 3
        ? HttpResponse.json(exampleJob({ status: "running" }), { status: 202 })
        : HttpResponse.json({ key: "a", sentence: "Higher x." });
    }),
  );
  const answer = await new QueryClient().fetchQuery(clusterExplanationQuery(PARTITION, 1));
  expect(answer.sentence).toBe("Higher x.");
  expect(asked).toBe(3);
});

it("does not ask again when the question is refused", async () => {
  let asked = 0;
  server.use(
    http.get(at("/runs/11/clusters/1/explanation"), () => {
      asked += 1;
      return problem(422, "question_refused");
    }),
  );
  const answer = new QueryClient().fetchQuery(clusterExplanationQuery(PARTITION, 1));
  await expect(answer).rejects.toThrow();
  expect(asked).toBe(1);
});

it("keeps answers about a partition apart from those about the same one after an edit", () => {
  const edited = {
    ...PARTITION,
    clusters: PARTITION.clusters.map((cluster) => ({ ...cluster, size: 3 })),
  };
  expect(clusterExplanationQuery(PARTITION, 1).queryKey).not.toEqual(
    clusterExplanationQuery(edited, 1).queryKey,
  );
});

it("writes a set of rows as one bit a row, lowest bit first", () => {
  const mask = new Uint8Array(20_000);
  for (const row of [0, 3, 8, 19_999]) mask[row] = 1;
  const bytes = Uint8Array.from(atob(rowSetOf(mask).bitmap ?? ""), (c) => c.charCodeAt(0));
  expect(bytes).toHaveLength(2500);
  expect([bytes[0], bytes[1], bytes[2499]]).toEqual([0b1001, 1, 0b1000_0000]);
  expect(bytes.slice(2, 2499).every((byte) => byte === 0)).toBe(true);
});
