// Changing clusters by hand on the real platform: every edit by pointer or keys, undone, kept, reproduced.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { inspect, launch, picture, SIZES } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arriveWith, skipTour } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { threeBlobs } from "./tables.ts";

const ROWS = 900;
const BACKEND = resolve(import.meta.dirname, "../../backend");

let platform: Platform;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let explore: ExplorePage;
let bar: Locator;
const complaints: string[] = [];

before(async () => {
  platform = await startPlatform();
  browser = await launch();
  context = await browser.newContext({ viewport: SIZES.large, colorScheme: "light" });
  await skipTour(context);
  page = await context.newPage();
  watch(page);
  explore = new ExplorePage(page);
  bar = page.getByRole("toolbar", { name: "Selection" });
  await arriveWith(page, platform, "blobs.csv", threeBlobs(ROWS));
  await explore.hasClusters(3);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

function watch(watched: Page) {
  watched.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  watched.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
}

/** Select the rows of a cluster, by the list. */
async function selectCluster(name: string) {
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  await page.getByRole("menuitem", { name: "Select its rows" }).click();
  await bar.waitFor();
}

/** Choose from a cluster's menu. */
async function choose(cluster: string, item: string) {
  await page.getByRole("button", { name: `Edit ${cluster}` }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function heard(words: RegExp) {
  await page.waitForFunction(
    (source) =>
      new RegExp(source).test(
        document.querySelector("[data-testid=announcement]")?.textContent ?? "",
      ),
    words.source,
  );
}

async function settled() {
  await page.locator('[role=group][aria-label="Edits"][data-busy="false"]').waitFor();
}

describe("editing clusters", () => {
  it("merges two from the menu and undoes it by Ctrl+Z", async () => {
    const [first = 0, second = 0, third = 0] = await explore.sizes();
    assert.equal(first + second + third, ROWS);
    await choose("Cluster 0", "Cluster 2");
    await explore.hasClusters(2);
    assert.deepEqual(await explore.sizes(), [first + third, second]);
    await heard(/Merged Cluster 0 and Cluster 2\. 2 clusters/);
    await page.keyboard.press("Control+z");
    await explore.hasClusters(3);
    await heard(/Undone: Merged/);
    await page.keyboard.press("Control+Shift+Z");
    await explore.hasClusters(2);
    await settled();
    await page.getByRole("button", { name: "Undo" }).click();
    await explore.hasClusters(3);
  });

  it("merges by dragging one cluster of the list on another", async () => {
    const [first = 0, second = 0, third = 0] = await explore.sizes();
    await explore.rows().nth(2).dragTo(explore.rows().nth(1));
    await explore.hasClusters(2);
    assert.deepEqual(await explore.sizes(), [first, second + third]);
    await page.keyboard.press("Control+z");
    await explore.hasClusters(3);
  });

  it("names a cluster by keyboard, and the name is on the map and in the profile", async () => {
    await explore.rows().nth(1).focus();
    await page.keyboard.press("F2");
    await page.keyboard.type("Heavy ones");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Heavy ones, \d+ rows/ }).waitFor();
    await explore.rows().nth(1).click();
    await page.getByRole("heading", { name: "Heavy ones" }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("says what a selection is, splits it off, and moves it", async () => {
    await selectCluster("Cluster 0");
    const [size] = await explore.sizes();
    assert.match(await bar.innerText(), new RegExp(`${size} rows`));
    assert.match(await bar.innerText(), /100 % Cluster 0, 100 % of that cluster/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("b");
    await explore.lasso([
      [0.02, 0.12],
      [0.5, 0.95],
    ]);
    const count = await explore.selected();
    assert.ok(count > 0 && count < ROWS, `${count} rows in the box`);
    assert.match(await bar.innerText(), /\d+ % .+, \d+ % of that cluster/);
    assert.deepEqual(await inspect(page, "40-selection"), []);
    await bar.getByRole("button", { name: "Split off" }).click();
    await heard(new RegExp(`Split off ${count} rows`));
    const sizes = await explore.sizes();
    assert.ok(sizes.includes(count), `a cluster of ${count} rows among ${sizes}`);
    assert.equal(sum(sizes), ROWS);
    await picture(page, "41-split-off");
    await page.keyboard.press("Control+z");
    await explore.hasClusters(3);
  });

  it("re-clusters inside a cluster, and excludes rows that stay grey", async () => {
    await choose("Cluster 0", "Into 2 clusters");
    await explore.hasClusters(4);
    await selectCluster("Cluster 3");
    const excluded = await explore.selected();
    await bar.getByRole("button", { name: "Exclude" }).click();
    await explore.hasClusters(3);
    await page.getByText(`${excluded} rows excluded`).waitFor();
    assert.equal(sum(await explore.sizes()), ROWS - excluded);
    await picture(page, "42-excluded");
    await page.getByRole("button", { name: "Select them" }).click();
    await bar.getByText("Excluded").waitFor();
    await bar.getByRole("button", { name: "Move to" }).click();
    await page.getByRole("menuitem", { name: "Heavy ones" }).click();
    await heard(new RegExp(`Moved ${excluded} rows to Cluster 1`));
    assert.equal(sum(await explore.sizes()), ROWS);
  });

  it("links rows, draws the links, and takes one away", async () => {
    await page.keyboard.press("b");
    await explore.lasso([
      [0.45, 0.2],
      [0.55, 0.9],
    ]);
    const all = await explore.selected();
    if (all > 200)
      await explore.lasso([
        [0.48, 0.3],
        [0.52, 0.7],
      ]);
    const first = await explore.selected();
    assert.ok(first >= 2 && first <= 200, `${first} rows for the link`);
    await bar.getByRole("button", { name: "Link" }).click();
    await page.getByRole("menuitem", { name: /^Must-link/ }).click();
    await heard(/Solved under 1 constraint/);
    const constraints = page.getByRole("region", { name: "Constraints" });
    await constraints.getByRole("listitem").waitFor();
    await page.locator('svg path[data-kind="together"]').first().waitFor({ state: "attached" });
    assert.deepEqual(await inspect(page, "43-constraints"), []);
    await constraints.getByRole("button", { name: /^Remove/ }).click();
    await heard(/Dropped all constraints/);
  });

  it("shows every edit in the history and goes back to any", async () => {
    await page.getByRole("button", { name: /edits, history/ }).click();
    const items = page.getByRole("menuitem");
    await items.filter({ hasText: "Dropped all constraints" }).waitFor();
    const words = await items.allInnerTexts();
    assert.deepEqual(words.slice(0, 3), [
      "Cut into 3",
      "Named Cluster 1 “Heavy ones”",
      "Re-clustered Cluster 0 into 2",
    ]);
    assert.match(words[3] ?? "", /^Excluded \d+ rows$/);
    assert.equal(words.length, 7);
    await picture(page, "44-history");
    await items.filter({ hasText: "Re-clustered Cluster 0 into 2" }).click();
    await explore.hasClusters(4);
  });

  it("keeps edits of one number of clusters while another is shown, and says so", async () => {
    await page.keyboard.press("[");
    await explore.hasClusters(2);
    await page.getByText("2 edits of the cut into 3 are kept").waitFor();
    await page.keyboard.press("]");
    await explore.hasClusters(4);
  });

  it("shows the edited clusters after a reload and in another tab at once", async () => {
    await page.reload();
    await explore.hasClusters(4);
    await page.getByRole("button", { name: /^Heavy ones, / }).waitFor();
    const other = await context.newPage();
    watch(other);
    const there = new ExplorePage(other);
    await other.goto(page.url());
    await there.hasClusters(4);
    await other.getByRole("button", { name: "Edit Cluster 0" }).click();
    await other.getByRole("menuitem", { name: "Heavy ones", exact: true }).click();
    await there.hasClusters(3);
    await explore.hasClusters(3);
    assert.deepEqual(await explore.sizes(), await there.sizes());
    await page.keyboard.press("Control+z");
    await there.hasClusters(4);
    await other.close();
  });

  it("exports a script that makes the same labels from the exported table", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fiedler-script-"));
    try {
      for (const [item, name] of [
        [/^Parquet/, "table.parquet"],
        [/^Python script/, "again.py"],
      ] as const) {
        await page.getByRole("button", { name: "Export" }).click();
        const download = page.waitForEvent("download");
        await page.getByRole("menuitem", { name: item }).click();
        await (await download).saveAs(join(folder, name));
      }
      await promisify(execFile)(
        join(BACKEND, ".venv/bin/python"),
        ["again.py", "table.parquet", "labels.csv"],
        { cwd: folder, env: { ...process.env, PYTHONPATH: BACKEND } },
      );
      const [, ...labels] = (await readFile(join(folder, "labels.csv"), "utf8")).trim().split("\n");
      const sizes = [0, 1, 2, 3].map((label) => labels.filter((l) => Number(l) === label).length);
      assert.deepEqual(sizes, await explore.sizes());
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("left no errors in the browser", () => {
    assert.deepEqual(complaints, []);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
