import { act, screen, render, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import {
  at,
  exampleDataset,
  exampleJob,
  exampleRun,
  exampleToken,
  signedInByCookie,
  signInOptions,
  signedOut,
  startFakeServer,
} from "../api/fakeServer.ts";
import { announceSignOut, forgetSession } from "../api/session.ts";
import { App } from "./App.tsx";

const server = startFakeServer();

/** A live channel that opens and stays silent. */
class SilentSocket {
  readyState = 1;
  send() {}
  close() {}
}

beforeEach(() => {
  vi.stubGlobal("WebSocket", SilentSocket);
  server.use(
    http.get(at("/datasets"), () =>
      HttpResponse.json({ items: [exampleDataset()], next_cursor: null }),
    ),
    http.get(at("/runs"), () => HttpResponse.json({ items: [exampleRun()], next_cursor: null })),
    http.get(at("/jobs"), () => HttpResponse.json({ items: [exampleJob()], next_cursor: null })),
    http.get(at("/jobs/7"), () => HttpResponse.json(exampleJob())),
    http.post(at("/ws-ticket"), () => HttpResponse.json({ ticket: "t", expires_in: 30 })),
    signInOptions("invited"),
    http.get(at("/users/me/tokens"), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at("/users/me/export"), () => HttpResponse.json({ job: null, expires_at: null })),
    http.get(at("/workers"), () => HttpResponse.json({ items: [] })),
    http.get("*/health", () => HttpResponse.json({ status: "ok", version: "0.1.0", parts: {} })),
    http.get(at("/version"), () => HttpResponse.json({ version: "0.1.0" })),
  );
});

function open(target: string) {
  window.history.pushState({}, "", target);
  return render(<App />);
}

function address() {
  return window.location.pathname + window.location.search;
}

it("signs a visitor in by cookie and shows the page that was asked for", async () => {
  server.use(signedInByCookie());
  open("/runs");
  expect(await screen.findByRole("heading", { name: "Runs", level: 1 })).toBeVisible();
  expect(await screen.findByRole("link", { name: "Run 1" })).toHaveAttribute(
    "href",
    "/d/3/explore?run=11",
  );
  expect(await screen.findByRole("progressbar")).toHaveAttribute("aria-valuenow", "35");
  expect(screen.getByRole("link", { name: "Runs" })).toHaveAttribute("aria-current", "page");
  expect(document.title).toBe("Runs · Fiedler");
});

it("leads a stranger to the sign-in and from there to the page that was asked for", async () => {
  server.use(
    signedOut(),
    http.post(at("/auth/login"), () => HttpResponse.json(exampleToken())),
  );
  open("/runs");
  await userEvent.type(await screen.findByLabelText("User name or e-mail"), "owner");
  await userEvent.type(screen.getByLabelText("Password"), "right");
  expect(address()).toBe("/sign-in?to=%2Fruns");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { name: "Runs", level: 1 })).toBeVisible();
  expect(address()).toBe("/runs");
});

it("leads back to the sign-in when the session ends, keeping the target", async () => {
  server.use(signedInByCookie());
  open("/settings");
  await screen.findByRole("heading", { name: "Settings" });
  forgetSession();
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
  await waitFor(() => expect(address()).toBe("/sign-in?to=%2Fsettings"));
});

it("signs out on the server too, so that a reload stays signed out", async () => {
  let proof: string | null = null;
  server.use(
    signedInByCookie(),
    http.post(at("/auth/logout"), ({ request }) => {
      proof = request.headers.get("x-requested-with");
      return new HttpResponse(null, { status: 204 });
    }),
  );
  open("/runs");
  await userEvent.click(await screen.findByRole("button", { name: "Your account" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(proof).toBe("fiedler");
});

it("signs out when another tab does", async () => {
  server.use(signedInByCookie());
  open("/runs");
  await screen.findByRole("heading", { name: "Runs", level: 1 });
  announceSignOut();
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
});

it("lists the keys on a question mark", async () => {
  server.use(signedInByCookie());
  open("/runs");
  await screen.findByRole("heading", { name: "Runs", level: 1 });
  await userEvent.keyboard("?");
  expect(await screen.findByRole("dialog", { name: "Keys" })).toHaveTextContent(
    "one cluster fewer",
  );
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

it("never follows a target on another site", async () => {
  server.use(
    signedOut(),
    http.post(at("/auth/login"), () => HttpResponse.json(exampleToken())),
  );
  open("/sign-in?to=%2F%2Fevil.example");
  await userEvent.type(await screen.findByLabelText("User name or e-mail"), "owner");
  await userEvent.type(screen.getByLabelText("Password"), "right");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { name: "Data", level: 1 })).toBeVisible();
  expect(address()).toBe("/");
});

it("shows the datasets with their last run", async () => {
  server.use(signedInByCookie());
  open("/");
  expect(await screen.findByRole("link", { name: "example.csv" })).toHaveAttribute("href", "/d/3");
  expect(await screen.findByRole("link", { name: "Run 1 · k = 2" })).toBeVisible();
});

it("offers generated tables to a visitor without data", async () => {
  server.use(
    signedInByCookie(),
    http.get(at("/datasets"), () => HttpResponse.json({ items: [], next_cursor: null })),
  );
  open("/");
  expect(await screen.findByRole("button", { name: /Two moons/ })).toBeVisible();
  expect(screen.getByText("Drop a table anywhere on this page")).toBeVisible();
});

it.each(["/no/such/page", "/d/penguins"])(
  "says so when an address leads nowhere: %s",
  async (to) => {
    server.use(signedInByCookie());
    open(to);
    expect(await screen.findByRole("heading", { name: "There is no such page" })).toBeVisible();
  },
);

it("takes a file dropped on any page and shows its upload on Data", async () => {
  server.use(
    signedInByCookie(),
    http.post(at("/datasets"), () => HttpResponse.json(exampleDataset({ status: "importing" }))),
    http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset({ status: "importing" }))),
    http.get(at("/jobs/6"), () => HttpResponse.json(exampleJob({ id: 6, kind: "import" }))),
  );
  open("/runs");
  await screen.findByRole("heading", { name: "Runs", level: 1 });
  const drop = new Event("drop", { bubbles: true, cancelable: true });
  const files = [new File(["x\n1\n"], "dropped.csv")];
  act(
    () =>
      void window.dispatchEvent(Object.assign(drop, { dataTransfer: { types: ["Files"], files } })),
  );
  expect(drop.defaultPrevented).toBe(true);
  expect(await screen.findByRole("region", { name: "Uploads" })).toBeVisible();
  expect(address()).toBe("/");
});

it("opens a link that somebody shared, after signing in, and leads there", async () => {
  let opened: unknown = null;
  server.use(
    signedOut(),
    http.post(at("/auth/login"), () => HttpResponse.json(exampleToken({ role: "user" }))),
    http.post(at("/share-links/open"), async ({ request }) => {
      opened = await request.json();
      return HttpResponse.json({ dataset_id: 3, run_id: null, right: "view" });
    }),
    http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset({ right: "view" }))),
    http.get(at("/datasets/3/preview"), () => HttpResponse.json({ columns: ["x"], rows: [["1"]] })),
  );
  open("/share?token=abc");
  await userEvent.type(await screen.findByLabelText("User name or e-mail"), "ada");
  await userEvent.type(screen.getByLabelText("Password"), "right");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(address()).toBe("/d/3"));
  expect(opened).toEqual({ token: "abc" });
  expect(screen.queryByRole("link", { name: "People" })).not.toBeInTheDocument();
});

it("shows the way to People to admins", async () => {
  server.use(signedInByCookie());
  open("/runs");
  expect(await screen.findByRole("link", { name: "People" })).toHaveAttribute("href", "/people");
});
