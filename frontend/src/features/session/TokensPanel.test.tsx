import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { at, exampleToken, problem, startFakeServer } from "../../api/fakeServer.ts";
import type { PersonalTokenRead } from "../../api/contract.ts";
import { keepToken } from "../../api/session.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { TokensPanel } from "./TokensPanel.tsx";

const server = startFakeServer();
const TOKEN: PersonalTokenRead = {
  id: 4,
  name: "nightly",
  ending: "wxyz",
  scopes: ["read"],
  created_at: "2026-01-02T03:04:05Z",
  expires_at: "2999-01-02T03:04:05Z",
  last_used_at: null,
};

function list(items: PersonalTokenRead[]) {
  return http.get(at("/users/me/tokens"), () => HttpResponse.json({ items, next_cursor: null }));
}

it("makes a token and shows it once", async () => {
  keepToken(exampleToken({ role: "user" }));
  const kept: PersonalTokenRead[] = [];
  server.use(
    http.get(at("/users/me/tokens"), () => HttpResponse.json({ items: kept, next_cursor: null })),
    http.post(at("/users/me/tokens"), async ({ request }) => {
      expect(await request.json()).toEqual({
        name: "nightly",
        scopes: ["read", "write"],
        expires_in_days: 90,
      });
      kept.push(TOKEN);
      return HttpResponse.json({ ...TOKEN, token: "fiedler_secret" }, { status: 201 });
    }),
  );
  renderInApp(<TokensPanel />);
  expect(screen.queryByLabelText(/^Admin/)).not.toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("What the token is for"), "nightly");
  await userEvent.click(screen.getByLabelText(/^Write/));
  await userEvent.click(screen.getByRole("button", { name: "Make a token" }));
  expect(await screen.findByText("fiedler_secret")).toBeVisible();
  const table = await screen.findByRole("region", { name: "Personal tokens" });
  expect(within(table).getByText("wxyz")).toBeVisible();
  expect(within(table).queryByText("fiedler_secret")).not.toBeInTheDocument();
});

it("takes a token back", async () => {
  keepToken(exampleToken());
  let gone = false;
  server.use(
    http.get(at("/users/me/tokens"), () =>
      HttpResponse.json({ items: gone ? [] : [TOKEN], next_cursor: null }),
    ),
    http.delete(at("/users/me/tokens/4"), () => {
      gone = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  renderInApp(<TokensPanel />);
  await userEvent.click(await screen.findByRole("button", { name: "Revoke nightly" }));
  await waitFor(() => expect(screen.queryByText("wxyz")).not.toBeInTheDocument());
  expect(gone).toBe(true);
});

it("says why a token was refused", async () => {
  keepToken(exampleToken());
  server.use(
    list([]),
    http.post(at("/users/me/tokens"), () => problem(403, "not_allowed")),
  );
  renderInApp(<TokensPanel />);
  await userEvent.type(screen.getByLabelText("What the token is for"), "x");
  await userEvent.click(screen.getByRole("button", { name: "Make a token" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("not_allowed");
});
