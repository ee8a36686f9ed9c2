// A dataset shared with a second person by name and by link, as both see it; and a session ended from afar.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inspect, launch } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arrive, becomeAda, inviteAda, newcomer, PASSWORD, shownLink } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { threeBlobs } from "./tables.ts";

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

describe("a shared dataset", () => {
  it("has an owner, who made a run of it", async () => {
    await arrive(owner, platform);
    await owner.getByLabel("Table files").setInputFiles({
      name: "shared.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(threeBlobs(240)),
    });
    await new ExplorePage(owner).shown(240);
  });

  it("is not seen by a viewer whom nobody has shared it with, and who can upload nothing", async () => {
    const people = await owner.context().newPage();
    await people.goto(`${platform.origin}/people`);
    await ada.goto(await inviteAda(people));
    await people.close();
    await becomeAda(ada);
    await ada.getByText("Nothing is shared with you yet").waitFor();
    assert.equal(await ada.getByRole("button", { name: "Choose files" }).count(), 0);
    assert.deepEqual(await inspect(ada, "70-viewer"), []);
  });

  it("is shared by name from Explore, and a link to the run is made", async () => {
    await owner.getByRole("button", { name: "Share", exact: true }).click();
    const dialog = owner.getByRole("dialog", { name: "Share shared" });
    await dialog.getByLabel("User name or e-mail").fill("ada");
    await dialog.getByRole("button", { name: "Share", exact: true }).click();
    await dialog.getByLabel("Right of ada").waitFor();
    await dialog.getByRole("button", { name: "Make a link" }).click();
    await dialog.getByRole("region", { name: "Links that work" }).waitFor();
    assert.deepEqual(await inspect(owner, "71-share"), []);
  });

  it("is seen by the viewer, with the name of its owner and nothing to change", async () => {
    await ada.reload();
    await ada.getByText(/shared with you by \S+, to view/).waitFor();
    assert.deepEqual(await inspect(ada, "72-shared-list"), []);
    await ada.getByRole("link", { name: "Explore", exact: true }).last().click();
    await new ExplorePage(ada).shown();
    await ada.getByText(/Shared with you by \S+, to view/).waitFor();
    assert.equal(await ada.getByRole("button", { name: "Share", exact: true }).count(), 0);
    assert.deepEqual(await inspect(ada, "73-shared-run"), []);
  });

  it("is gone when the share is ended, and comes back by the link", async () => {
    const link = await shownLink(owner);
    await owner.getByRole("button", { name: "Stop sharing with ada" }).click();
    await owner.getByText("Nobody else sees it yet.").waitFor();
    await ada.goto(platform.origin);
    await ada.getByText("Nothing is shared with you yet").waitFor();
    await ada.goto(link);
    await ada.getByText(/shared with you by \S+, to view/).waitFor();
    await ada.getByRole("button", { name: "Actions for shared" }).click();
    await ada.getByRole("menuitem", { name: "Leave…" }).click();
    await ada.getByRole("button", { name: "Leave", exact: true }).click();
    await ada.getByText("Nothing is shared with you yet").waitFor();
    await ada.goto(link);
    await ada.getByText(/shared with you by \S+, to view/).waitFor();
    await owner.reload();
    await owner.getByRole("button", { name: "Share", exact: true }).click();
    await owner.getByText("may view, by a link").waitFor();
    await owner.getByRole("button", { name: /^Take back the link/ }).click();
    await owner.getByText("Nobody else sees it yet.").waitFor();
    await ada.goto(platform.origin);
    await ada.getByText("Nothing is shared with you yet").waitFor();
  });
});

describe("the settings", () => {
  it("show an admin the parts and the workers", async () => {
    await owner.goto(`${platform.origin}/settings`);
    const workers = owner.getByRole("region", { name: "Workers" });
    await workers.getByRole("row").nth(1).waitFor();
    await owner.getByRole("heading", { name: "Workers" }).scrollIntoViewIfNeeded();
    assert.deepEqual(await inspect(owner, "74-system"), []);
  });

  it("list the sessions of an account, and end one in another browser", async () => {
    const elsewhere = await newcomer(browser);
    await elsewhere.goto(`${platform.origin}/sign-in`);
    await elsewhere.getByLabel("User name or e-mail").fill("ada");
    await elsewhere.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await elsewhere.getByRole("button", { name: "Sign in" }).click();
    await elsewhere.getByRole("heading", { name: "Data", level: 1 }).waitFor();
    await ada.goto(`${platform.origin}/settings`);
    const sessions = ada.getByRole("region", { name: "Sessions" });
    const end = sessions.getByRole("button", { name: /^End the session of/ });
    await end.first().scrollIntoViewIfNeeded();
    assert.equal(await ada.getByRole("heading", { name: "System" }).count(), 0);
    assert.deepEqual(await inspect(ada, "75-sessions"), []);
    assert.equal(await end.count(), 1);
    await end.click();
    await end.waitFor({ state: "detached" });
    await elsewhere.goto(`${platform.origin}/runs`);
    await elsewhere.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
