// How long the main story takes on this machine, in a real browser: `npm run measure`. Prints figures, asserts nothing.

import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";
import { launch, SIZES } from "./browser.ts";
import { dropFile, ExplorePage } from "./explorePage.ts";
import { skipTour } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { manyBlobs, twoMoons } from "./tables.ts";

/** Numbers of clusters chosen one after the other, the last ones far from what is cut ahead. */
const RECUTS = [3, 4, 5, 6, 7, 8, 5, 3, 15, 11, 18];

interface Run {
  id: number;
  method: string;
  n_clusters: number;
  stage_seconds: Record<string, number>;
}

/** Collects the answers of the API that the page itself asked for. */
class Watch {
  readonly times = new Map<string, number>();
  run: Run | undefined;

  constructor(page: Page) {
    page.on("response", async (response) => {
      const { pathname, searchParams } = new URL(response.url());
      const method = response.request().method();
      if (method === "POST" && pathname === "/api/v1/datasets") this.mark("uploaded");
      if (method !== "GET") return;
      if (/^\/api\/v1\/datasets\/\d+$/.test(pathname)) {
        const body = await response.json().catch(() => ({}));
        if (body.status === "ready") this.mark("imported");
      }
      if (/^\/api\/v1\/runs\/\d+\/points$/.test(pathname)) this.mark("points requested and begun");
      if (/^\/api\/v1\/runs(\/\d+)?$/.test(pathname)) {
        const body = await response.json().catch(() => ({}));
        const run = body.items?.[0] ?? body;
        // Data lists the runs of every dataset.
        if (run?.stage_seconds && (pathname !== "/api/v1/runs" || searchParams.has("dataset_id"))) {
          this.run = run;
          this.mark("clustered");
        }
      }
    });
  }

  private mark(name: string): void {
    if (!this.times.has(name)) this.times.set(name, performance.now());
  }
}

async function measure(
  context: BrowserContext,
  platform: Platform,
  title: string,
  table: string,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(platform.origin);
  await page.getByText("Drop a table anywhere on this page").waitFor();
  const explore = new ExplorePage(page);
  const watch = new Watch(page);
  const megabytes = (table.length / 1e6).toFixed(1);
  await page.evaluate(() => {
    window.addEventListener("drop", () => performance.mark("dropped"), {
      capture: true,
      once: true,
    });
  });
  await dropFile(page, `${title.replaceAll(/\W+/g, "_")}.csv`, table);
  const dropped = performance.now();
  await page.waitForURL(/\/d\/\d+\/explore/, { timeout: 120_000 });
  const opened = performance.now();
  await page.locator("button[data-label]").first().waitFor({ timeout: 120_000 });
  await page.waitForFunction(
    () =>
      Number(document.querySelector<HTMLElement>("[data-testid=map-status]")?.dataset.drawn) > 0,
    undefined,
    { timeout: 120_000, polling: 50 },
  );
  const coloured = performance.now();
  await explore.shown();
  const complete = performance.now();
  console.log(`\n${title}, ${megabytes} MB of CSV`);
  const since = (at: number) => `${((at - dropped) / 1000).toFixed(2).padStart(6)} s`;
  for (const [name, at] of [...watch.times].toSorted(([, a], [, b]) => a - b)) {
    console.log(`  ${since(at)}  ${name}`);
  }
  console.log(`  ${since(opened)}  Explore opened`);
  console.log(`  ${since(coloured)}  first points on the map, coloured`);
  console.log(`  ${since(complete)}  every point drawn`);
  const stages = Object.entries(watch.run?.stage_seconds ?? {});
  console.log(
    `  stages of the fit (${watch.run?.method}): ${stages.map(([name, seconds]) => `${name} ${seconds.toFixed(2)} s`).join(", ")}`,
  );
  await recuts(explore, watch.run?.n_clusters ?? 0);
  await page.close();
}

async function recuts(explore: ExplorePage, current: number): Promise<void> {
  let shown = current;
  await sleep(3000); // A person looks at the map first.
  for (const nClusters of RECUTS) {
    if (nClusters === shown) continue;
    shown = nClusters;
    const before = (await explore.recolourTimes()).length;
    const wasAsked = await askedFor(explore.page, nClusters);
    await explore.clickGap(nClusters);
    // Asking the page again and again would take from the time that is measured.
    do await sleep(1500);
    while ((await explore.recolourTimes()).length === before);
    const milliseconds = (await explore.recolourTimes()).at(-1) as number;
    console.log(
      `  click to recoloured map, k = ${nClusters}: ${milliseconds.toFixed(0)} ms (${wasAsked ? "labels in the page" : "cut on the click"})`,
    );
    await explore.shown();
  }
}

/** Whether the page has the labels of `nClusters` already, having shown them or cut ahead. */
function askedFor(page: Page, nClusters: number): Promise<boolean> {
  return page.evaluate(
    (wanted) =>
      performance
        .getEntriesByType("resource")
        .some(({ name }) => name.endsWith(`/labels?n_clusters=${wanted}`)),
    nClusters,
  );
}

async function main(): Promise<void> {
  const platform = await startPlatform();
  const browser = await launch();
  try {
    const context = await browser.newContext({ viewport: SIZES.large });
    await skipTour(context);
    const page = await context.newPage();
    await page.goto(platform.welcome);
    await page.getByRole("button", { name: "Not now" }).click();
    await page.getByText("Drop a table anywhere on this page").waitFor();
    await page.close();
    await measure(context, platform, "100,000 x 10", manyBlobs(100_000, 10, 6));
    await measure(context, platform, "1,000,000 x 2", twoMoons(1_000_000));
  } finally {
    await browser.close();
    await platform.stop();
  }
}

await main();
