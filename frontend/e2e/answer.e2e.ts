// From clusters to an answer that others can read: cuts compared side by side, and the report.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { inspect, launch, picture } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arriveWith, newcomer } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { birds } from "./tables.ts";

let platform: Platform;
let browser: Browser;
let page: Page;

before(async () => {
  platform = await startPlatform();
  browser = await launch();
  page = await newcomer(browser);
  await arriveWith(page, platform, "birds.csv", birds(900));
  await new ExplorePage(page).hasClusters(3);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

describe("Compare", () => {
  it("sets two cuts beside each other, with the rows that moved", async () => {
    await page.getByRole("link", { name: "Compare" }).click();
    const cards = page.getByRole("region", { name: /^Run 1 · k = \d+$/ });
    await cards
      .nth(1)
      .getByRole("img", { name: /^Map of run 1/ })
      .waitFor();
    const pair = page.getByRole("region", { name: /against/ });
    await pair.getByRole("img", { name: /^Moved: / }).waitFor();
    assert.match(await pair.innerText(), /ARI \d\.\d\d/);
    assert.deepEqual(await inspect(page, "36-compare"), []);
  });

  it("lights a cluster's rows in all maps, and keeps the comparison in the address", async () => {
    const first = page.getByRole("region", { name: /^Run 1 · k = \d+$/ }).first();
    const cluster = first.getByRole("button", { name: /Cluster 0/ });
    await cluster.click();
    assert.equal(await cluster.getAttribute("aria-pressed"), "true");
    await picture(page, "37-compare-lit");
    await page.getByPlaceholder("Add a cut").click();
    await page.getByRole("option").first().click();
    await page.waitForURL(/cuts=\d+\.\d+(~|%7E)\d+\.\d+(~|%7E)\d+\.\d+/);
    await page.reload();
    await page
      .getByRole("region", { name: /^Run 1 · k = \d+$/ })
      .nth(2)
      .waitFor();
  });
});

describe("Report", () => {
  it("defends the answer on one page", async () => {
    await page.getByRole("link", { name: "Report" }).click();
    await page.getByRole("button", { name: "Download as one HTML file" }).waitFor();
    await page.waitForFunction(
      () =>
        !document.querySelector<HTMLButtonElement>("[role=toolbar] button:last-of-type")?.disabled,
    );
    for (const name of ["The clusters", "Why so many clusters", "How sure", "The data", "Method"]) {
      await page.getByRole("region", { name, exact: true }).waitFor();
    }
    await page
      .getByText(/from fiedler/)
      .first()
      .waitFor();
    assert.deepEqual(await inspect(page, "38-report"), []);
  });

  it("is one file that asks for nothing", async () => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as one HTML file" }).click();
    const path = await (await download).path();
    const html = await readFile(path, "utf8");
    assert.doesNotMatch(html, /<script|<link|url\((?!["']?data:)|src="(?!data:)/);
    const reader = await newcomer(browser);
    const asked: string[] = [];
    reader.on("request", (request) => asked.push(request.url()));
    await reader.setContent(html);
    await reader.getByRole("heading", { name: "birds: 3 clusters" }).waitFor();
    await reader.getByRole("img", { name: "Map of the clusters" }).waitFor();
    assert.deepEqual(
      asked.filter((url) => !url.startsWith("data:")),
      [],
    );
    await picture(reader, "39-report-file");
    await reader.context().close();
  });

  it("prints without the page around it", async () => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.getByRole("navigation", { name: "Main" }).isVisible(), false);
    await picture(page, "39-report-print");
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    assert.ok(pdf.length > 20_000);
    await page.emulateMedia({ media: "screen" });
  });
});

describe("a newcomer", () => {
  it("is shown around in five steps, once", async () => {
    // In the same context: a copy of its session would be taken for a stolen one.
    const guest = await page.context().newPage();
    await guest.addInitScript(() => localStorage.removeItem("fiedler-tour"));
    await guest.goto(page.url().replace(/report.*/, "explore"));
    const tour = guest.getByRole("dialog", { name: "The tour of Explore" });
    await tour.waitFor({ timeout: 120_000 });
    for (let step = 1; step <= 5; step++) {
      await tour.getByText(`${step} of 5`).waitFor();
      if (step === 2) assert.deepEqual(await inspect(guest, "40-tour"), []);
      if (step < 5) await tour.getByRole("button", { name: "Next" }).click();
    }
    await tour.getByRole("button", { name: "Close" }).click();
    await tour.waitFor({ state: "hidden" });
    assert.match(
      await guest.evaluate(() => localStorage.getItem("fiedler-tour") ?? ""),
      /"seen":true/,
    );
    await guest.close();
  });

  it("finds everything by typing a few letters of it", async () => {
    await page.keyboard.press("Control+k");
    const field = page.getByPlaceholder("What do you want to do?");
    await field.waitFor();
    assert.deepEqual(await inspect(page, "41-commands"), []);
    await field.fill("comp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/compare/);
  });

  it("reads the page in German", async () => {
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByText("Deutsch").click();
    await page.getByRole("link", { name: "Erkunden" }).click();
    await page.getByRole("region", { name: "Cluster aus dem Spektrum" }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    assert.deepEqual(await inspect(page, "42-german"), []);
  });
});
