// A sweep as a person asks for it: from a run's parameters to a table of its runs, and on to one of them.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inspect, launch } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arriveWith, newcomer } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { threeBlobs } from "./tables.ts";

let platform: Platform;
let browser: Browser;
let page: Page;

before(async () => {
  platform = await startPlatform();
  browser = await launch();
  page = await newcomer(browser);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

const cells = (column: number) =>
  page
    .getByRole("region", { name: "Runs of the sweep" })
    .locator(`tbody td:nth-child(${column})`)
    .allTextContents();

describe("several values at once", () => {
  it("are asked for beside the parameters of a run", async () => {
    await arriveWith(page, platform, "blobs.csv", threeBlobs(240));
    await new ExplorePage(page).shown(240);
    await page.getByRole("link", { name: "Several values at once…" }).click();
    await page.getByText(/everything else is as in run 1/).waitFor();
    const choose = page.getByLabel("Vary a parameter");
    await choose.selectOption({ label: "Clusters" });
    await page.getByLabel("Clusters", { exact: true }).fill("2 to 4");
    await choose.selectOption({ label: "Views" });
    await page.getByRole("button", { name: /^Start \d+ runs$/ }).waitFor();
    assert.deepEqual(await inspect(page, "80-sweep-form"), []);
    await page.getByRole("button", { name: "Vary Views no more" }).click();
    await page.getByRole("button", { name: "Start 3 runs" }).click();
  });

  it("are laid side by side, the best first", async () => {
    await page.getByText("3 of 3 runs have ended.").waitFor({ timeout: 120_000 });
    await page.getByText("best", { exact: true }).waitFor();
    assert.deepEqual(
      (await cells(3))[0],
      "3",
      "three blobs have the best silhouette in three clusters",
    );
    await page.getByRole("button", { name: /^Clusters/ }).click();
    assert.deepEqual(await cells(2), ["4", "3", "2"]);
    assert.deepEqual(await inspect(page, "81-sweep"), []);
  });

  it("lead to Explore, and are found again under Runs", async () => {
    const address = new URL(page.url()).pathname;
    await page.getByRole("link", { name: "Compare with the best" }).first().click();
    await page.waitForURL(/\/explore\?.*dock=changes/);
    await new ExplorePage(page).shown(240);
    await page.goto(`${platform.origin}/runs`);
    const list = page.getByRole("region", { name: "Sweeps" });
    await list.getByRole("link").first().click();
    await page.waitForURL(`**${address}`);
    await page.getByText("3 of 3 runs have ended.").waitFor();
  });
});
