// A large file on a connection that breaks, and in a page that is reloaded: no byte that has come is sent again.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser, Page, Request } from "playwright-core";
import { inspect, launch } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arrive, newcomer } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { threeBlobs } from "./tables.ts";

const ROWS = 600;
const NOTE = "a long note, ".repeat(2600);
const BYTES_A_SECOND = 5_000_000;

let platform: Platform;
let browser: Browser;
let page: Page;
let folder: string;
let file: string;
/** Where the pieces began that the page has sent. */
const offsets: number[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fiedler-uploads-"));
  file = join(folder, "large.csv");
  const [head, ...rows] = threeBlobs(ROWS).trimEnd().split("\n");
  await writeFile(file, `${head},note\n${rows.map((row) => `${row},"${NOTE}"\n`).join("")}`);
  platform = await startPlatform();
  browser = await launch();
  page = await newcomer(browser);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a large upload", () => {
  it("waits while the connection is lost", async () => {
    await arrive(page, platform);
    page.on("request", (request: Request) => {
      const offset = request.headers()["upload-offset"];
      if (request.method() === "PATCH" && offset !== undefined) offsets.push(Number(offset));
    });
    const network = await page.context().newCDPSession(page);
    await network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: BYTES_A_SECOND,
    });
    await page.getByLabel("Table files").setInputFiles(file);
    await page.getByText(/^(9|1\d)(\.\d)? MB of/).waitFor();
    await network.send("Network.emulateNetworkConditions", {
      offline: true,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await page.getByText("The connection is lost.").waitFor();
    await network.detach();
  });

  it("can go on in a page that was reloaded, as the page says", async () => {
    await page.reload();
    const unfinished = page.getByRole("region", { name: "Unfinished uploads" });
    await unfinished.getByText("large.csv").waitFor();
    assert.deepEqual(await inspect(page, "75-unfinished"), []);
    const sentBefore = offsets.length;
    await page.getByLabel("Table files").setInputFiles(file);
    await new ExplorePage(page).shown(ROWS);
    assert.ok((offsets[sentBefore] ?? 0) > 0, "it goes on from what had come");
    assert.equal(offsets[0], 0);
  });

  it("is one dataset, and nothing of it is unfinished", async () => {
    await page.goto(platform.origin);
    await page.getByRole("link", { name: "large" }).first().waitFor();
    assert.equal(await page.getByRole("region", { name: "Unfinished uploads" }).count(), 0);
  });
});
