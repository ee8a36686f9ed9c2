import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { at, exampleDataset, exampleJob, startFakeServer } from "../../api/fakeServer.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { JobQueue } from "./JobQueue.tsx";

const server = startFakeServer();

it("does not call a re-cut stopped that the next one took the place of", async () => {
  server.use(
    http.get(at("/jobs"), () =>
      HttpResponse.json({
        items: [
          exampleJob({ id: 8, kind: "recut", status: "cancelled", dataset_id: null }),
          exampleJob({ id: 7, kind: "fit", status: "cancelled", dataset_id: null }),
        ],
        next_cursor: null,
      }),
    ),
    http.get(at("/datasets"), () =>
      HttpResponse.json({ items: [exampleDataset()], next_cursor: null }),
    ),
  );
  renderInApp(<JobQueue />);
  await screen.findByRole("list", { name: "Stopped lately" });
  expect(screen.getAllByText("Cancelled")).toHaveLength(1);
});
