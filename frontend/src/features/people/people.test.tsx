import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { at, exampleUser, problem, signInOptions, startFakeServer } from "../../api/fakeServer.ts";
import type { AccountRead, AuditRead } from "../../api/contract.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { AccountTable } from "./AccountTable.tsx";
import { AuditLog } from "./AuditLog.tsx";
import { Invitations } from "./Invitations.tsx";

const roleChanged: AuditRead = {
  id: 2,
  at: "2026-01-02T03:04:05Z",
  user_id: 1,
  username: "owner",
  action: "role_changed",
  subject: "user:5",
  details: { before: "user", after: "viewer" },
  address: "192.0.2.7",
  request_id: "r-1",
};

const server = startFakeServer();
let ada: AccountRead;

beforeEach(() => {
  ada = {
    ...exampleUser({ id: 5, username: "ada", email: "ada@example.org", role: "user" }),
    is_active: true,
    last_login_at: null,
    own_quota_bytes: null,
    storage: {
      used_bytes: 1500,
      uploads_bytes: 1000,
      tables_bytes: 300,
      results_bytes: 200,
      quota_bytes: 1e9,
    },
  };
  server.use(
    signInOptions("invited"),
    http.get(at("/users"), () => HttpResponse.json({ items: [ada], next_cursor: null })),
  );
});

describe("accounts", () => {
  it("are given another role and kept out", async () => {
    server.use(
      http.patch(at("/users/5"), async ({ request }) => {
        ada = { ...ada, ...((await request.json()) as Partial<AccountRead>) };
        return HttpResponse.json(ada);
      }),
    );
    renderInApp(<AccountTable />);
    await userEvent.selectOptions(await screen.findByLabelText("Role of ada"), "viewer");
    await waitFor(() => expect(screen.getByLabelText("Role of ada")).toHaveValue("viewer"));
    await userEvent.click(screen.getByRole("button", { name: "Disable ada" }));
    expect(await screen.findByRole("button", { name: "Enable ada" })).toBeVisible();
    expect(screen.getByText("disabled")).toBeVisible();
  });

  it("show what they keep and are given another quota", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.patch(at("/users/5"), async ({ request }) => {
        const body = (await request.json()) as Partial<AccountRead>;
        bodies.push(body);
        ada = { ...ada, ...body };
        return HttpResponse.json(ada);
      }),
    );
    renderInApp(<AccountTable />);
    expect(await screen.findByText("1.5 kB")).toBeVisible();
    const quota = screen.getByLabelText("Quota of ada");
    await userEvent.selectOptions(quota, "no bound");
    await waitFor(() => expect(screen.getByLabelText("Quota of ada")).toHaveValue("0"));
    await userEvent.selectOptions(screen.getByLabelText("Quota of ada"), "as set up");
    await waitFor(() =>
      expect(bodies).toEqual([{ own_quota_bytes: 0 }, { own_quota_bytes: null }]),
    );
  });

  it("keep their last admin, and say so", async () => {
    server.use(http.patch(at("/users/5"), () => problem(409, "last_admin")));
    renderInApp(<AccountTable />);
    await userEvent.click(await screen.findByRole("button", { name: "Disable ada" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("last_admin");
    expect(screen.getByText("active")).toBeVisible();
  });

  it("get a link for a new password, shown once", async () => {
    server.use(
      http.post(at("/users/5/password-reset"), () =>
        HttpResponse.json({ token: "a/b", expires_in: 86_400 }, { status: 201 }),
      ),
    );
    renderInApp(<AccountTable />);
    await userEvent.click(await screen.findByRole("button", { name: "New password for ada" }));
    expect(await screen.findByText(/\/reset-password\?token=a%2Fb$/)).toBeVisible();
  });
});

describe("invitations", () => {
  it("are given with a role and taken back", async () => {
    const invitation = {
      id: 9,
      role: "viewer",
      note: "Grace",
      created_at: "2026-01-02T03:04:05Z",
      expires_at: "2026-01-09T03:04:05Z",
    };
    let items: unknown[] = [];
    server.use(
      http.get(at("/invitations"), () => HttpResponse.json({ items, next_cursor: null })),
      http.post(at("/invitations"), async ({ request }) => {
        expect(await request.json()).toEqual({ role: "viewer", note: "Grace" });
        items = [invitation];
        return HttpResponse.json({ ...invitation, token: "abc" }, { status: 201 });
      }),
      http.delete(at("/invitations/9"), () => {
        items = [];
        return new HttpResponse(null, { status: 204 });
      }),
    );
    renderInApp(<Invitations />);
    await userEvent.type(await screen.findByLabelText("For whom"), "Grace");
    await userEvent.selectOptions(screen.getByLabelText("Role"), "viewer");
    await userEvent.click(screen.getByRole("button", { name: "Invite" }));
    expect(await screen.findByText(/\/register\?invitation=abc$/)).toBeVisible();
    await userEvent.click(await screen.findByRole("button", { name: "Take back Grace" }));
    await waitFor(() =>
      expect(screen.queryByRole("region", { name: "Open invitations" })).not.toBeInTheDocument(),
    );
  });

  it("are not offered where registration is closed", async () => {
    server.use(
      signInOptions("closed"),
      http.get(at("/invitations"), () => HttpResponse.json({ items: [], next_cursor: null })),
    );
    renderInApp(<Invitations />);
    expect(await screen.findByText(/REGISTRATION is closed/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Invite" })).not.toBeInTheDocument();
  });
});

describe("the audit log", () => {
  it("shows a change that was made while it was being fetched for the first time", async () => {
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    let items: AuditRead[] = [];
    server.use(
      http.get(at("/audit-log"), async () => {
        const before = { items, next_cursor: null };
        await answered;
        return HttpResponse.json(before);
      }),
      http.patch(at("/users/5"), () => {
        items = [roleChanged];
        return HttpResponse.json(ada);
      }),
    );
    renderInApp(
      <>
        <AccountTable />
        <AuditLog />
      </>,
    );
    const role = await screen.findByLabelText("Role of ada");
    await userEvent.selectOptions(role, "viewer");
    await waitFor(() => expect(items).toHaveLength(1));
    answer();
    expect(await screen.findByText("role changed")).toBeVisible();
  });

  it("tells who did what from where, page by page", async () => {
    const older: AuditRead = {
      ...roleChanged,
      id: 1,
      username: null,
      action: "account_made",
      address: "command line",
      details: {},
    };
    server.use(
      http.get(at("/audit-log"), ({ request }) =>
        new URL(request.url).searchParams.get("cursor") === "2"
          ? HttpResponse.json({ items: [older], next_cursor: null })
          : HttpResponse.json({ items: [roleChanged], next_cursor: "2" }),
      ),
    );
    renderInApp(<AuditLog />);
    const row = (await screen.findByText("role changed")).closest("tr");
    expect(row).toHaveTextContent(/owner.*user 5.*before user, after viewer.*192\.0\.2\.7/);
    await userEvent.click(screen.getByRole("button", { name: "Show older entries" }));
    const table = screen.getByRole("region", { name: "Audit log" });
    expect(await within(table).findByText("command line")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Show older entries" })).not.toBeInTheDocument();
  });
});
