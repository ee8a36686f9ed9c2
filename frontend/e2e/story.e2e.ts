// The story from a one-time link to an exported table, on the real platform in a real browser.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { inspect, launch, PICTURES, picture, SIZES } from "./browser.ts";
import { dropFile, ExplorePage } from "./explorePage.ts";
import { skipTour } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { manyBlobs, threeBlobs, twoMoons } from "./tables.ts";

const BLOB_ROWS = 900;
const MOON_ROWS = 600;
const PYTHON = resolve(import.meta.dirname, "../../backend/.venv/bin/python");
/** Around the middle of the map, most of it. */
const AROUND_ALL = [
  [0.02, 0.1],
  [0.98, 0.1],
  [0.98, 0.94],
  [0.02, 0.94],
] as const;

let platform: Platform;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let explore: ExplorePage;
const complaints: string[] = [];

before(async () => {
  await rm(PICTURES, { recursive: true, force: true });
  platform = await startPlatform();
  browser = await launch();
  context = await browser.newContext({
    viewport: SIZES.large,
    colorScheme: "light",
    acceptDownloads: true,
  });
  await skipTour(context);
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  explore = new ExplorePage(page);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

async function toData(target: Page = page): Promise<void> {
  await target.getByRole("link", { name: "Data" }).click();
  await target.getByText("Drop a table anywhere on this page").waitFor();
}

describe("from a one-time link to an exported table", () => {
  it("signs the owner in by the one-time link, once", async () => {
    await page.goto(platform.welcome);
    await page.getByRole("heading", { name: /Welcome/ }).waitFor();
    await picture(page, "01-welcome");
    await page.getByRole("button", { name: "Not now" }).click();
    await page.getByText("Drop a table anywhere on this page").waitFor();
    const stranger = await browser.newContext();
    const second = await stranger.newPage();
    await second.goto(platform.welcome);
    await second.getByRole("alert").waitFor();
    await picture(second, "02-link-used-twice");
    await stranger.close();
  });

  it("shows Data to a newcomer, readable in both themes", async () => {
    assert.deepEqual(await inspect(page, "03-data-empty"), []);
  });

  it("clusters a dropped table and shows it coloured", async () => {
    await dropFile(page, "three_blobs.csv", threeBlobs(BLOB_ROWS));
    await page.waitForURL(/\/d\/\d+\/explore/, { timeout: 60_000 });
    await explore.shown();
    await explore.hasClusters(3);
    const sizes = await explore.sizes();
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      BLOB_ROWS,
    );
    assert.ok(
      sizes.every((size) => Math.abs(size - BLOB_ROWS / 3) < 12),
      `three blobs of ${BLOB_ROWS / 3} rows came out as ${sizes.join(", ")}`,
    );
    await explore.everyColourIsOnTheMap();
    await page
      .getByRole("region", { name: "Method" })
      .getByText(/missing|filled|imputed/i)
      .first()
      .waitFor();
  });

  it("is readable in both themes and sizes", async () => {
    assert.deepEqual(await inspect(page, "04-explore"), []);
  });

  it("re-cuts by a click on a gap, by buttons and by keys, keeping colours", async () => {
    const three = await explore.colours();
    await explore.clickGap(5);
    await explore.isCutInto(5);
    assert.match(page.url(), /k=5/);
    await explore.everyColourIsOnTheMap();
    const five = await explore.colours();
    assert.equal(new Set(five).size, 5);
    assert.ok(
      three.every((colour) => five.includes(colour)),
      `colours of three clusters (${three.join(" ")}) are kept among five (${five.join(" ")})`,
    );
    await picture(page, "05-five-clusters");
    await page.getByRole("button", { name: "Fewer clusters" }).click();
    await explore.isCutInto(4);
    await page.getByRole("button", { name: "More clusters" }).click();
    await explore.isCutInto(5);
    await page.keyboard.press("[");
    await page.keyboard.press("[");
    await explore.isCutInto(3);
    await page.getByRole("slider", { name: /Number of clusters/ }).press("ArrowLeft");
    await explore.isCutInto(2);
    await page
      .getByRole("list", { name: "Suggested numbers of clusters" })
      .getByRole("button")
      .first()
      .click();
    await explore.isCutInto(3);
    assert.deepEqual((await explore.colours()).toSorted(), three.toSorted());
    const times = await explore.recolourTimes();
    assert.ok(times.length >= 6, `${times.length} re-cuts were timed`);
    console.log(
      `re-cut to first recoloured frame: ${times.map((ms) => `${Math.round(ms)} ms`).join(", ")}`,
    );
  });

  it("shows the rows inside a lasso in a table", async () => {
    await page.keyboard.press("l");
    await explore.lasso(AROUND_ALL);
    await page.getByTestId("selection-count").waitFor();
    const around = await explore.selected();
    assert.ok(around > 0.9 * BLOB_ROWS, `${around} of ${BLOB_ROWS} rows lie inside the lasso`);
    const table = page.getByRole("region", { name: "Selected rows" });
    await table
      .getByRole("cell", { name: /red|green|blue/ })
      .first()
      .waitFor();
    await picture(page, "06-lasso");
    assert.deepEqual(await inspect(page, "06-selection"), []);
    await page.keyboard.press("Escape");
    await page.getByText("No rows selected").waitFor();
  });

  it("isolates a cluster and selects its rows by keyboard alone", async () => {
    const [first] = await explore.sizes();
    await explore.rows().first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/sel=0/);
    await page.getByRole("button", { name: "Select its rows" }).focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("selection-count").waitFor();
    assert.equal(await explore.selected(), first);
    await picture(page, "07-isolated");
    await page.keyboard.press("Escape");
  });

  it("exports the table with a cluster column as CSV and as Parquet", async () => {
    for (const format of ["CSV", "Parquet"] as const) {
      await page.getByRole("button", { name: "Export" }).click();
      const saved = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: new RegExp(format) }).click();
      const download = await saved;
      const path = join(PICTURES, `export.${format.toLowerCase()}`);
      await download.saveAs(path);
      const rows = format === "CSV" ? await csvRows(path) : await parquetRows(path);
      assert.equal(rows, BLOB_ROWS, `${format} holds every row`);
    }
  });

  it("keeps everything over a reload", async () => {
    await explore.clickGap(4);
    await explore.hasClusters(4);
    const sizes = await explore.sizes();
    await page.reload();
    await explore.hasClusters(4);
    assert.deepEqual(await explore.sizes(), sizes);
    await toData();
    await page.getByRole("region", { name: "Datasets" }).getByText("three_blobs").first().waitFor();
    await picture(page, "08-data");
  });

  it("tells two moons apart, in both layouts", async () => {
    await dropFile(page, "two_moons.csv", twoMoons(MOON_ROWS));
    await page.waitForURL(/\/d\/\d+\/explore/, { timeout: 60_000 });
    await explore.hasClusters(2);
    assert.deepEqual(await explore.sizes(), [MOON_ROWS / 2, MOON_ROWS / 2]);
    await picture(page, "09-moons");
    await page.getByRole("button", { name: /^Layout/ }).click();
    await page.getByRole("menuitem", { name: "Spectral embedding" }).click();
    await page.waitForURL(/layout=embedding/);
    await explore.shown();
    await explore.everyColourIsOnTheMap();
    await picture(page, "10-moons-embedding");
  });
});

describe("work that takes a while", () => {
  it("shows its stages live in two tabs and stops when cancelled", async () => {
    // The second tab is open beforehand: it hears of the work by the live channel alone.
    const other = await context.newPage();
    await other.goto(`${platform.origin}/runs`);
    await other.getByRole("heading", { name: "Runs" }).first().waitFor();
    await toData();
    await dropFile(page, "many_blobs.csv", manyBlobs(40_000, 16, 7));
    const [here, there] = [page, other].map((tab) =>
      tab.getByRole("button", { name: "Cancel clustering" }),
    );
    await here?.waitFor({ timeout: 120_000 });
    await there?.waitFor({ timeout: 10_000 });
    await here?.click();
    await page.getByText("The clustering was cancelled").waitFor({ timeout: 30_000 });
    await there?.waitFor({ state: "detached", timeout: 10_000 });
    await picture(page, "12-cancelled");
    await other.close();
  });

  it("runs again to the end, and both tabs arrive at the map", async () => {
    const other = await context.newPage();
    // The work may be over before a tab that is still loading hears of it.
    const live = other.waitForEvent("websocket");
    await other.goto(page.url());
    await live;
    await other.getByText("The clustering was cancelled").waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await other.getByRole("button", { name: "Cancel clustering" }).waitFor({ timeout: 30_000 });
    await picture(other, "13-stages-second-tab");
    await explore.shown(300);
    await new ExplorePage(other).shown(60);
    await explore.hasClusters(7);
    assert.deepEqual(await new ExplorePage(other).sizes(), await explore.sizes());
    await explore.everyColourIsOnTheMap();
    await page.getByRole("button", { name: "3D" }).click();
    await page.waitForURL(/dims=3/);
    await explore.shown();
    await picture(page, "13-three-dimensions");
    await other.close();
  });
});

describe("files that are no tables", () => {
  const BAD: { name: string; content: string | Buffer; says: RegExp }[] = [
    { name: "empty.csv", content: "", says: /empty/i },
    { name: "header_only.csv", content: "a,b,c\n", says: /row/i },
    {
      name: "picture.png",
      content: Buffer.from([137, 80, 78, 71, 0, 1]),
      says: /png|type|format/i,
    },
    {
      name: "rubbish.csv",
      content: Buffer.from([0, 255, 1, 254, 0, 0, 3, 200, 0]),
      says: /text|binary|read/i,
    },
  ];

  for (const { name, content, says } of BAD) {
    it(`says what is wrong with ${name}`, async () => {
      await toData();
      await page.reload();
      await page.getByText("Drop a table anywhere on this page").waitFor();
      await dropFile(page, name, content);
      const alert = page.getByRole("alert").first();
      await alert.waitFor({ timeout: 60_000 });
      assert.match(await alert.innerText(), says);
      await picture(page, `14-${name.replace(".", "-")}`);
    });
  }

  it("says why a table without numbers can't be clustered", async () => {
    await toData();
    await page.reload();
    await page.getByText("Drop a table anywhere on this page").waitFor();
    await dropFile(
      page,
      "words.csv",
      `city,colour\n${"Rome,red\nOslo,blue\nLima,green\n".repeat(10)}`,
    );
    const alert = page.getByRole("alert").first();
    await alert.waitFor({ timeout: 60_000 });
    assert.match(await alert.innerText(), /numeric/i);
    await picture(page, "15-no-numbers");
  });
});

describe("the other views", () => {
  it("are readable in both themes", async () => {
    const findings: string[] = [];
    await page.getByRole("link", { name: "Runs" }).click();
    await page.getByRole("heading", { name: "Runs" }).first().waitFor();
    findings.push(...(await inspect(page, "16-runs")));
    await toData();
    findings.push(...(await inspect(page, "17-data")));
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings" }).first().waitFor();
    findings.push(...(await inspect(page, "18-settings")));
    assert.deepEqual(findings, []);
  });

  it("threw no error on the way", () => {
    assert.deepEqual(complaints, []);
  });
});

async function csvRows(path: string): Promise<number> {
  const lines = (await readFile(path, "utf8")).trimEnd().split(/\r?\n/);
  assert.match(lines[0] ?? "", /cluster/);
  return lines.length - 1;
}

async function parquetRows(path: string): Promise<number> {
  const program =
    "import sys, pyarrow.parquet as p; m = p.read_metadata(sys.argv[1]); print(m.num_rows)";
  const { stdout } = await promisify(execFile)(PYTHON, ["-c", program, path]);
  return Number(stdout);
}
