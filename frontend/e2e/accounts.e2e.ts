// Two people on one server: an invitation, a role, a token, a lost password, and the door closed again.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inspect, launch } from "./browser.ts";
import { arrive, becomeAda, inviteAda, newcomer, shownLink } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";

const NEW_PASSWORD = "another long sentence";

let platform: Platform;
let browser: Browser;
let owner: Page;
let ada: Page;

before(async () => {
  platform = await startPlatform();
  browser = await launch();
  [owner, ada] = await Promise.all([newcomer(browser), newcomer(browser)]);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

async function signIn(page: Page, password: string): Promise<void> {
  await page.goto(`${platform.origin}/sign-in`);
  await page.getByLabel("User name or e-mail").fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

describe("two people on one server", () => {
  it("lets the owner invite somebody as a viewer", async () => {
    await arrive(owner, platform);
    await owner.getByRole("link", { name: "People" }).click();
    await ada.goto(await inviteAda(owner));
    assert.deepEqual(await inspect(ada, "60-register"), []);
    await becomeAda(ada);
    await ada.getByRole("heading", { name: "Data", level: 1 }).waitFor();
    assert.equal(await ada.getByRole("link", { name: "People" }).count(), 0);
  });

  it("shows the newcomer's settings, with tokens for programs", async () => {
    await ada.getByRole("link", { name: "Settings" }).click();
    await ada.getByLabel("What the token is for").fill("nightly");
    await ada.getByRole("button", { name: "Make a token" }).click();
    await ada.getByText(/^fiedler_/).waitFor();
    assert.deepEqual(await inspect(ada, "61-settings"), []);
  });

  it("hands a newcomer all that is kept of her as a file", async () => {
    await ada.getByRole("button", { name: "Export my data" }).click();
    const button = ada.getByRole("button", { name: /^Download/ });
    await button.waitFor({ timeout: 60_000 });
    const saved = ada.waitForEvent("download");
    await button.click();
    assert.match((await saved).suggestedFilename(), /^fiedler-ada-\d{4}-\d\d-\d\d\.zip$/);
  });

  it("shows the owner who there is and what was done, readable in both themes", async () => {
    await owner.reload();
    await owner.getByLabel("Role of ada").selectOption("user");
    await owner.getByText("token made").waitFor();
    await owner.getByText("role changed").waitFor();
    assert.deepEqual(await inspect(owner, "62-people"), []);
  });

  it("replaces a lost password by a link, which signs the old sessions out", async () => {
    await owner.getByRole("button", { name: "New password for ada" }).click();
    const link = await shownLink(owner);
    const elsewhere = await newcomer(browser);
    await elsewhere.goto(link);
    await elsewhere.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
    await elsewhere.getByLabel("New password again").fill(NEW_PASSWORD);
    await elsewhere.getByRole("button", { name: "Set password" }).click();
    await elsewhere.getByRole("heading", { name: "Data", level: 1 }).waitFor();
    await elsewhere.context().close();
    await ada.goto(`${platform.origin}/runs`);
    await ada.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(ada, NEW_PASSWORD);
    await ada.getByRole("heading", { name: "Data", level: 1 }).waitFor();
  });

  it("keeps somebody out who is disabled", async () => {
    await owner.getByRole("button", { name: "Disable ada" }).click();
    await owner.getByRole("button", { name: "Enable ada" }).waitFor();
    await ada.goto(`${platform.origin}/runs`);
    await ada.getByRole("heading", { name: "Sign in" }).waitFor();
    await signIn(ada, NEW_PASSWORD);
    await ada.getByRole("alert").waitFor();
  });
});
