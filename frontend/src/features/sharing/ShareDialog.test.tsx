import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { LinkRead, ShareRead } from "../../api/contract.ts";
import { at, problem, startFakeServer } from "../../api/fakeServer.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { ShareDialog } from "./ShareDialog.tsx";

const server = startFakeServer();
const WHEN = "2026-01-02T03:04:05Z";
const SUBJECT = { dataset: { id: 3, name: "iris.csv" }, run: { id: 11, number: 2 } };
let people: ShareRead[];
let links: LinkRead[];

beforeEach(() => {
  people = [];
  links = [];
  server.use(http.get(at("/shares"), () => HttpResponse.json({ people, links })));
});

function show() {
  renderInApp(<ShareDialog subject={SUBJECT} onClose={() => {}} />);
}

it("shares with a person by name, changes the right and takes it back", async () => {
  const bodies: unknown[] = [];
  server.use(
    http.post(at("/shares"), async ({ request }) => {
      const body = (await request.json()) as { person: string; right: "view" | "edit" };
      bodies.push(body);
      const given = { username: body.person, right: body.right, link_id: null, created_at: WHEN };
      people = [{ id: 5, ...given }];
      return HttpResponse.json(people[0], { status: 201 });
    }),
    http.delete(at("/shares/5"), () => {
      people = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  show();
  await userEvent.type(await screen.findByLabelText("User name or e-mail"), " ada ");
  await userEvent.click(screen.getByRole("button", { name: "Share" }));
  await userEvent.selectOptions(await screen.findByLabelText("Right of ada"), "edit");
  await waitFor(() => expect(screen.getByLabelText("Right of ada")).toHaveValue("edit"));
  expect(bodies).toEqual([
    { dataset_id: 3, person: "ada", right: "view" },
    { dataset_id: 3, person: "ada", right: "edit" },
  ]);
  await userEvent.click(screen.getByRole("button", { name: "Stop sharing with ada" }));
  expect(await screen.findByText("Nobody else sees it yet.")).toBeVisible();
});

it("makes a link to one run, shows it once and takes it back", async () => {
  const bodies: unknown[] = [];
  server.use(
    http.post(at("/share-links"), async ({ request }) => {
      bodies.push(await request.json());
      links = [{ id: 8, right: "edit", created_at: WHEN, expires_at: "2999-01-02T03:04:05Z" }];
      return HttpResponse.json({ ...links[0], token: "a/b" }, { status: 201 });
    }),
    http.delete(at("/share-links/8"), () => {
      links = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  show();
  await userEvent.click(screen.getByRole("radio", { name: "Run 2 alone" }));
  await userEvent.selectOptions(await screen.findByLabelText("Who opens it"), "edit");
  await userEvent.selectOptions(screen.getByLabelText("Works for"), "7");
  await userEvent.click(screen.getByRole("button", { name: "Make a link" }));
  expect(await screen.findByText(/\/share\?token=a%2Fb$/)).toBeVisible();
  expect(bodies).toEqual([{ run_id: 11, right: "edit", expires_in_days: 7 }]);
  const table = await screen.findByRole("region", { name: "Links that work" });
  await userEvent.click(within(table).getByRole("button", { name: /Take back/ }));
  await waitFor(() => expect(table).not.toBeInTheDocument());
  expect(screen.queryByText(/token=/)).not.toBeInTheDocument();
});

it("says that there is no such person, and keeps the name to be mended", async () => {
  server.use(http.post(at("/shares"), () => problem(404, "not_found")));
  show();
  await userEvent.type(await screen.findByLabelText("User name or e-mail"), "adda");
  await userEvent.click(screen.getByRole("button", { name: "Share" }));
  expect(await screen.findByText("Detail of not_found.")).toBeVisible();
  expect(screen.getByLabelText("User name or e-mail")).toHaveValue("adda");
});
