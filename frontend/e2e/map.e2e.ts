// The map: layouts that are made when asked for, colours by any value, the brush, pictures; and what opening it costs.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { Browser, Locator, Page } from "playwright-core";
import { inspect, launch, picture } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arriveWith, newcomer } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { birds } from "./tables.ts";

/** What Explore may load of script before its map is complete, gzipped. */
const MOST_SCRIPT_BYTES = 300_000;

let platform: Platform;
let browser: Browser;
let page: Page;
let explore: ExplorePage;
let map: Locator;

before(async () => {
  platform = await startPlatform();
  browser = await launch();
  page = await newcomer(browser);
  explore = new ExplorePage(page);
  map = page.getByRole("region", { name: "Map" });
  await arriveWith(page, platform, "birds.csv", birds(900));
  await explore.hasClusters(3);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

async function choose(what: "Layout" | "Colour" | "Across" | "Up", option: string): Promise<void> {
  await map.getByRole("button", { name: new RegExp(`^${what} `) }).click();
  await page.getByRole("menuitem", { name: option, exact: true }).click();
}

describe("opening Explore", () => {
  it("loads no more script than it may", async () => {
    // In the same context: a copy of its session would be taken for a stolen one.
    const tab = await page.context().newPage();
    const scripts: Promise<readonly [string, number]>[] = [];
    tab.on("response", (response) => {
      if (response.request().resourceType() !== "script") return;
      scripts.push(
        response.body().then((body) => [response.url(), gzipSync(body).length] as const),
      );
    });
    await tab.goto(page.url());
    await new ExplorePage(tab).hasClusters(3);
    const sizes = await Promise.all(scripts);
    await tab.close();
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    const listed = sizes
      .toSorted(([, a], [, b]) => b - a)
      .map(([url, size]) => `${size} ${new URL(url).pathname}`);
    assert.ok(sizes.length > 3);
    assert.ok(total <= MOST_SCRIPT_BYTES, `${total} bytes:\n${listed.join("\n")}`);
  });
});

describe("colours", () => {
  it("by text list the values, with the rows of each", async () => {
    await choose("Colour", "species");
    const legend = map.getByRole("region", { name: "Legend" });
    await legend.getByText("wren").waitFor();
    const entries = await legend.getByRole("listitem").allInnerTexts();
    assert.deepEqual(entries.map((entry) => entry.replaceAll(/\s+/g, " ")).toSorted(), [
      "robin 300",
      "tern 300",
      "wren 300",
    ]);
    await explore.shown();
    assert.deepEqual(await inspect(page, "50-colour-text"), []);
  });

  it("by numbers run over a ramp, and rows without one are told apart", async () => {
    await choose("Colour", "bill");
    const legend = map.getByRole("region", { name: "Legend" });
    await legend.getByText("no value").waitFor();
    await legend.getByText(/All values: /).waitFor();
    await explore.shown();
    assert.deepEqual(await inspect(page, "51-colour-numbers"), []);
  });

  for (const [name, basis] of [
    ["Silhouette", /against [\d,]+ sampled rows/],
    ["Confidence", /views that agree|membership/],
  ] as const) {
    it(`by ${name.toLowerCase()} say what it was measured against`, async () => {
      await choose("Colour", name);
      await map.getByRole("region", { name: "Legend" }).getByText(basis).waitFor();
      await explore.shown();
      await picture(page, `52-colour-${name.toLowerCase()}`);
    });
  }
});

describe("layouts", () => {
  it("by two columns are drawn on their scales", async () => {
    await choose("Layout", "Two columns");
    await choose("Across", "species");
    await choose("Up", "bill");
    await map.getByText("species × bill").waitFor();
    await explore.shown();
    await page.waitForTimeout(900); // Until one layout has become the other.
    await picture(page, "53-two-columns");
    assert.match(page.url(), /layout=columns.*x=species.*y=bill/);
  });

  it("by t-SNE are made once, and a link opens them", async () => {
    await choose("Colour", "Cluster");
    await choose("Layout", "t-SNE");
    await map.getByText("t-SNE of the features").waitFor({ timeout: 120_000 });
    await explore.shown();
    await page.waitForTimeout(900);
    await explore.everyColourIsOnTheMap();
    assert.deepEqual(await inspect(page, "54-tsne"), []);
    await page.goto(page.url());
    await map.getByText("t-SNE of the features").waitFor();
    await explore.shown();
  });

  it("by UMAP are made in two and three dimensions", async () => {
    await choose("Layout", "UMAP");
    await map.getByText("UMAP of the features").waitFor({ timeout: 180_000 });
    await explore.shown();
    await page.waitForTimeout(900);
    await explore.everyColourIsOnTheMap();
    await picture(page, "55-umap");
    await map.getByRole("button", { name: "3D" }).click();
    await map.getByText("UMAP1 × UMAP2 × UMAP3").waitFor();
    await explore.shown();
    await picture(page, "55-umap-3d");
    await map.getByRole("button", { name: "2D" }).click();
  });
});

describe("the brush", () => {
  it("selects what it passes over, and the selection fills the map on demand", async () => {
    await choose("Layout", "Features");
    await map.getByText("PCA of the features").or(map.getByText("the columns")).first().waitFor();
    await explore.shown();
    await page.waitForTimeout(900);
    await page.keyboard.press("r");
    const box = await map.boundingBox();
    assert.ok(box);
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    // From the small birds below to the large ones above.
    await page.mouse.move(...at(0.04, 0.9));
    await page.mouse.down();
    for (const [x, y] of [
      [0.2, 0.8],
      [0.6, 0.4],
      [0.92, 0.12],
    ] as const)
      await page.mouse.move(...at(x, y), { steps: 8 });
    await picture(page, "56-brush");
    await page.mouse.up();
    const brushed = await explore.selected();
    assert.ok(brushed > 0 && brushed < 900, `${brushed} rows`);
    await page.keyboard.press("g");
    await explore.shown();
    await page.waitForTimeout(400);
    await picture(page, "56-brush-zoomed");
    await page.keyboard.press("f");
  });

  it("leaves a selection that is kept under a name, returned to, and compared with another", async () => {
    const brushed = await explore.selected();
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByLabel("Name of the selection").fill("under the brush");
    await page.keyboard.press("Enter");
    const kept = map.getByRole("button", { name: /^Selections 1/ });
    await kept.waitFor();
    assert.deepEqual(await inspect(page, "57-selection-kept"), []);
    await page.keyboard.press("Escape");
    await page.reload();
    await explore.shown();
    await kept.click();
    await picture(page, "57-selections");
    await page.getByRole("menuitem", { name: /^under the brush/ }).click();
    assert.equal(await explore.selected(), brushed);
    await page.keyboard.press("b");
    await explore.lasso([
      [0.03, 0.12],
      [0.9, 0.8],
    ]);
    assert.notEqual(await explore.selected(), brushed);
    await page.getByLabel("against").selectOption({ label: "under the brush" });
    await page.getByText("area: under the brush").waitFor();
    await picture(page, "57-compared");
    await kept.click();
    await page.getByRole("menuitem", { name: "Forget under the brush" }).click();
    await kept.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
  });
});

describe("the picture", () => {
  it("is saved as SVG with its words and as PNG of the same shape", async () => {
    const saved = async (item: RegExp): Promise<Buffer> => {
      await map.getByRole("button", { name: "Picture of the map" }).click();
      const download = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: item }).click();
      const file = await download;
      assert.match(file.suggestedFilename(), /birds.*-3-clusters\.(svg|png)$/);
      return readFile(await file.path());
    };
    const svg = (await saved(/^SVG/)).toString();
    for (const word of ["Cluster 0", "Cluster 2", "900 points"])
      assert.ok(svg.includes(word), word);
    assert.match(svg, /href="data:image\/png;base64,[\w+/=]{4000,}"/);
    const png = await saved(/^PNG/);
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const shape = /width="(\d+)" height="(\d+)"/.exec(svg);
    assert.deepEqual([width, height], [2 * Number(shape?.[1]), 2 * Number(shape?.[2])]);
  });
});
