// What the dock says about the clusters beside those of another cut and a known label column; the graph's diagnosis.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { inspect, launch, picture } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arriveWith, newcomer } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { birds } from "./tables.ts";

let platform: Platform;
let browser: Browser;
let page: Page;
let explore: ExplorePage;
let dock: Locator;

before(async () => {
  platform = await startPlatform();
  browser = await launch();
  page = await newcomer(browser);
  explore = new ExplorePage(page);
  dock = page.getByRole("region", { name: "Dock" });
  await arriveWith(page, platform, "birds.csv", birds(900));
  await explore.hasClusters(3);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

describe("the clusters on the screen", () => {
  it("are set against a column of known labels", async () => {
    await dock.getByRole("tab", { name: "Known labels" }).click();
    const table = dock.getByRole("table", { name: "Clusters against species" });
    await table.waitFor();
    const shares = await table.getByRole("cell").allInnerTexts();
    assert.equal(shares.length, 9);
    assert.equal(shares.filter((share) => Number(share) > 85).length, 3);
    await picture(page, "33-known-labels");
    assert.deepEqual(await inspect(page, "33-known-labels"), []);
  });

  it("are set against another cut, whose moved rows can be selected", async () => {
    await dock.getByRole("tab", { name: "Changes" }).click();
    const select = dock.getByRole("button", { name: /^Select the [\d,]+ that moved$/ });
    await select.waitFor();
    const flow = dock.getByRole("img", { name: /^Moved: / });
    await flow.waitFor();
    await picture(page, "34-changes");
    assert.deepEqual(await inspect(page, "34-changes"), []);
    const moved = Number((await select.innerText()).replace(/[^\d]/g, ""));
    await select.click();
    await page.getByText(`${moved.toLocaleString("en-US")} rows`, { exact: true }).waitFor();
    // A link opens the same view.
    const address = page.url();
    assert.match(address, /dock=changes/);
    await page.goto(address);
    await flow.waitFor();
  });

  it("have a graph whose diagnosis is told in words", async () => {
    await page.getByText("Diagnosis of the graph").click();
    await page.getByText(/[\d,]+ links between 900 rows, in/).waitFor();
    await page.getByText("Diagnosis of the graph").scrollIntoViewIfNeeded();
    await picture(page, "35-diagnosis");
    assert.deepEqual(await inspect(page, "35-diagnosis"), []);
  });
});
