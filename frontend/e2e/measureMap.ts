// How smooth the map is and what it keeps, in a real browser: `npm run measure:map`. Prints figures, asserts nothing.
// Script tasks are those that the browser reports as long (over 50 ms); painting without a graphics card is not script.

import type { CDPSession, Page } from "playwright-core";
import { launch, SIZES } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arriveWith } from "./newcomer.ts";
import { startPlatform } from "./platform.ts";
import { manyBlobs } from "./tables.ts";

const ROWS = 100_000;
const RECUTS = 100;
const DRAG_STEPS = 90;

/** Begin to collect long tasks; those before are forgotten. */
async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { longTasks: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.push(duration);
    }).observe({ type: "longtask" });
  });
}

async function longTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const { longTasks: seen } = window as unknown as { longTasks: number[] };
    return seen.splice(0);
  });
}

/** Milliseconds of script in the busiest task, from the browser's own trace of the main thread. */
async function busiestScript(session: CDPSession, action: () => Promise<void>): Promise<number[]> {
  const events: { name: string; dur?: number }[] = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    events.push(...(value as unknown as { name: string; dur?: number }[]));
  });
  const complete = new Promise<void>((done) =>
    session.once("Tracing.tracingComplete", () => done()),
  );
  await session.send("Tracing.start", {
    categories: "devtools.timeline",
    transferMode: "ReportEvents",
  });
  await action();
  await session.send("Tracing.end");
  await complete;
  return events
    .filter(({ name }) => name === "FunctionCall" || name === "FireAnimationFrame")
    .map(({ dur }) => (dur ?? 0) / 1000)
    .toSorted((a, b) => b - a);
}

async function drag(page: Page, steps: number): Promise<void> {
  const box = await page.locator("canvas").boundingBox();
  if (!box) throw new Error("there is no map");
  const at = (share: number) =>
    [
      box.x + box.width * (0.5 + 0.3 * Math.cos(2 * Math.PI * share)),
      box.y + box.height * (0.5 + 0.25 * Math.sin(2 * Math.PI * share)),
    ] as const;
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let step = 1; step <= steps; step++) {
    await page.mouse.move(...at(step / steps));
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
}

/** Megabytes of script objects and typed arrays after what can be freed is freed. */
async function heap(session: CDPSession): Promise<number> {
  for (let round = 0; round < 3; round++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = (await session.send("Runtime.getHeapUsage")) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return (usedSize + (backingStorageSize ?? 0)) / 1e6;
}

async function main(): Promise<void> {
  const platform = await startPlatform();
  const browser = await launch();
  try {
    const context = await browser.newContext({ viewport: SIZES.large });
    const page = await context.newPage();
    const explore = new ExplorePage(page);
    await arriveWith(page, platform, "hundred_thousand.csv", manyBlobs(ROWS, 10, 6));
    await explore.shown();
    await page.waitForTimeout(3000);
    const session = await context.newCDPSession(page);
    await watchTasks(page);
    for (const [tool, key] of [
      ["pan", " "],
      ["lasso", "l"],
      ["brush", "r"],
    ] as const) {
      await page.keyboard.press(key);
      await longTasks(page);
      const scripts = await busiestScript(session, () => drag(page, DRAG_STEPS));
      const [first, second, third] = scripts.map((duration) => duration.toFixed(1));
      const long = await longTasks(page);
      console.log(
        `${tool}, ${DRAG_STEPS} moves over ${ROWS.toLocaleString("en-US")} points: busiest script ${first}, ${second}, ${third} ms; ${long.length} long tasks${long.length > 0 ? `, longest ${Math.max(...long).toFixed(0)} ms` : ""}`,
      );
    }
    await page.keyboard.press("Escape");
    await explore.shown();
    let nClusters = 3;
    for (let recut = 0; recut <= RECUTS; recut++) {
      if (recut % 20 === 0) {
        console.log(`after ${recut} re-cuts: ${(await heap(session)).toFixed(1)} MB`);
      }
      // All numbers once, so that what is kept of each is counted in the first rounds.
      nClusters = 3 + ((nClusters - 2) % 8);
      await explore.clickGap(nClusters);
      await explore.isCutInto(nClusters);
    }
  } finally {
    await browser.close();
    await platform.stop();
  }
}

await main();
