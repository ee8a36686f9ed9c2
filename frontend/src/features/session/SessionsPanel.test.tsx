import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import type { SessionRead } from "../../api/contract.ts";
import { at, exampleToken, problem, startFakeServer } from "../../api/fakeServer.ts";
import { keepToken } from "../../api/session.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { SessionsPanel } from "./SessionsPanel.tsx";

const server = startFakeServer();
const HERE: SessionRead = {
  id: "a".repeat(32),
  started_at: "2026-01-02T03:04:05Z",
  seen_at: "2026-01-02T03:04:05Z",
  expires_at: "2999-01-02T03:04:05Z",
  address: "192.0.2.7",
  agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  is_current: true,
};
const LIBRARY: SessionRead = {
  ...HERE,
  id: "b".repeat(32),
  agent: "curl/8.5.0",
  is_current: false,
};

it("ends one session and keeps this one", async () => {
  keepToken(exampleToken());
  let items = [HERE, LIBRARY];
  server.use(
    http.get(at("/users/me/sessions"), () => HttpResponse.json({ items })),
    http.delete(at(`/users/me/sessions/${LIBRARY.id}`), () => {
      items = [HERE];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  renderInApp(<SessionsPanel />);
  const table = await screen.findByRole("region", { name: "Sessions" });
  expect(within(table).getByText("Firefox on Linux")).toBeVisible();
  expect(within(table).getAllByRole("button")).toHaveLength(1);
  await userEvent.click(within(table).getByRole("button", { name: "End the session of curl" }));
  await waitFor(() => expect(within(table).queryByText("curl")).not.toBeInTheDocument());
  expect(within(table).getByText("this browser")).toBeVisible();
});

it("says why sessions cannot be listed, and still offers to end them all", async () => {
  keepToken(exampleToken());
  server.use(http.get(at("/users/me/sessions"), () => problem(503, "unavailable")));
  renderInApp(<SessionsPanel />);
  expect(await screen.findByText("Detail of unavailable.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Sign out everywhere" })).toBeEnabled();
});
