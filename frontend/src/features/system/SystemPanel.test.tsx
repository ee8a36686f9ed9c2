import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import type { Health } from "../../api/contract.ts";
import { at, problem, startFakeServer } from "../../api/fakeServer.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { SystemPanel } from "./SystemPanel.tsx";

const server = startFakeServer();

it("shows the state of each part, and says what it means that no worker lives", async () => {
  const health: Health = {
    status: "degraded",
    version: "0.1.0",
    parts: {
      database: { status: "ok", detail: "answers in 2 ms" },
      workers: { status: "degraded", detail: "none" },
    },
  };
  server.use(
    http.get("*/health", () => HttpResponse.json(health)),
    http.get(at("/workers"), () => HttpResponse.json({ items: [] })),
  );
  renderInApp(<SystemPanel />);
  const parts = await screen.findByRole("region", { name: "State of each part" });
  expect(within(parts).getByRole("row", { name: "database works answers in 2 ms" })).toBeVisible();
  expect(within(parts).getByRole("row", { name: "workers works less well none" })).toBeVisible();
  expect(await screen.findByText(/No worker has given a sign of life/)).toBeVisible();
});

it("lists the workers, even where the service as a whole is down", async () => {
  const seen = "2026-01-02T03:04:05Z";
  const worker = { name: "host-1", slots: 2, version: "0.1.0", started_at: seen, seen_at: seen };
  server.use(
    http.get("*/health", () => problem(503, "unavailable")),
    http.get(at("/workers"), () => HttpResponse.json({ items: [worker] })),
  );
  renderInApp(<SystemPanel />);
  expect(await screen.findByText("Detail of unavailable.")).toBeVisible();
  expect(await screen.findByText("host-1")).toBeVisible();
});
