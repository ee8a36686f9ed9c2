// What the page says about clusters, sets of rows and single rows, on the real platform.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { inspect, launch, picture } from "./browser.ts";
import { ExplorePage } from "./explorePage.ts";
import { arriveWith, newcomer } from "./newcomer.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { birds } from "./tables.ts";

const ROWS = 900;

let platform: Platform;
let browser: Browser;
let page: Page;
let explore: ExplorePage;
let profile: Locator;
const complaints: string[] = [];

before(async () => {
  platform = await startPlatform();
  browser = await launch();
  page = await newcomer(browser);
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  explore = new ExplorePage(page);
  profile = page.getByRole("region", { name: "Profile" });
  await arriveWith(page, platform, "birds.csv", birds(ROWS));
  await explore.hasClusters(3);
});

after(async () => {
  await browser?.close();
  await platform?.stop();
});

/** The share that a line of a composition says, e.g. 78 of "78 %". */
async function shares(line: Locator): Promise<[number, number]> {
  const text = await line.innerText();
  const [inside, all] = [...text.matchAll(/([<>]?)(\d+) %/g)].map((match) => Number(match[2]));
  assert.ok(inside !== undefined && all !== undefined, `no two shares in "${text}"`);
  return [inside, all];
}

describe("what makes a cluster one", () => {
  it("is said in a sentence, by curves, by a rule and by what was not clustered on", async () => {
    await explore.rows().first().click();
    const columns = profile.getByRole("list", { name: "Columns that tell most" });
    await columns.waitFor();
    assert.match(
      await columns.getByRole("button").first().getAttribute("aria-label").then(String),
      /^(wing|bill|tail): median .*; Cliff's delta [+−]\d\.\d\d/,
    );
    const species = profile.getByRole("region", { name: "species" }).getByRole("listitem").first();
    assert.match(await species.innerText(), /wren|robin|tern/);
    const [inside, all] = await shares(species);
    assert.ok(inside > 90 && all < 45, `${inside} % inside, ${all} % overall`);
    await picture(page, "30-cluster-profile");
    assert.deepEqual(await inspect(page, "30-profile"), []);
  });

  it("shows the numbers of a column on demand, by keyboard", async () => {
    const first = profile
      .getByRole("list", { name: "Columns that tell most" })
      .getByRole("button")
      .first();
    await first.focus();
    await page.keyboard.press("Enter");
    await profile.getByRole("rowheader", { name: "median" }).waitFor();
    await picture(page, "31-column-open");
    await page.keyboard.press("Enter");
  });

  it("selects the rows its rule matches", async () => {
    const rule = profile.getByRole("button", { name: /^Rule: / });
    const says = String(await rule.getAttribute("aria-label"));
    const matches = Number(/Select the ([\d,]+) row/.exec(says)?.[1]?.replaceAll(",", ""));
    await rule.click();
    await page.getByTestId("selection-count").waitFor();
    assert.equal(await explore.selected(), matches);
    await picture(page, "32-rule-selected");
  });

  it("compares with another cluster, and goes to the closest one", async () => {
    await profile.getByRole("combobox", { name: "against" }).selectOption({ index: 2 });
    await profile.getByText(/each up to its own peak/).waitFor();
    await picture(page, "33-against-cluster");
    await profile.getByRole("combobox", { name: "against" }).selectOption("rest");
    const closest = profile.getByText(/^Closest:/).getByRole("button");
    const name = await closest.innerText();
    await closest.click();
    await profile.getByRole("heading", { name: name.trim() }).waitFor();
    await page.keyboard.press("Escape");
  });
});

describe("what sets selected rows apart", () => {
  it("is said of a lasso, against the rest or a cluster", async () => {
    await page.keyboard.press("l");
    await explore.lasso([
      [0.05, 0.15],
      [0.5, 0.15],
      [0.5, 0.9],
      [0.05, 0.9],
    ]);
    await profile.getByRole("heading", { name: "Selected rows" }).waitFor();
    await profile.getByRole("list", { name: "Columns that tell most" }).waitFor();
    await picture(page, "34-selection-profile");
    await page.keyboard.press("Escape");
    await profile.getByRole("heading", { name: "All clusters" }).waitFor();
  });
});

describe("why a row is here and not there", () => {
  it("is said of a borderline row, by keyboard, with its neighbours", async () => {
    await explore.clickGap(5);
    await explore.isCutInto(5);
    let asked = false;
    for (let label = 0; label < 5 && !asked; label++) {
      await explore.rows().nth(label).click();
      await profile.getByText("Margins in this cluster").waitFor();
      const border = profile.getByRole("list", { name: "Borderline rows" }).getByRole("button");
      if ((await border.count()) === 0) continue;
      asked = true;
      await picture(page, "35-border");
      await border.first().focus();
      await page.keyboard.press("Enter");
    }
    assert.ok(asked, "blobs cut in two have borderline rows");
    await profile.getByRole("table", { name: /What holds it/ }).waitFor();
    assert.equal(
      await profile
        .getByRole("list", { name: "Nearest rows", exact: true })
        .getByRole("listitem")
        .count(),
      10,
    );
    assert.deepEqual(await inspect(page, "36-why"), []);
    await profile.getByRole("button", { name: "Back" }).click();
    await profile.getByText("Margins in this cluster").waitFor();
    await page.keyboard.press("Escape");
  });

  it("is said of the point under the cursor, on W", async () => {
    // Its name stands above a cluster.
    const map = page.getByRole("region", { name: "Map" });
    const name = await map.getByText("Cluster 0", { exact: true }).boundingBox();
    assert.ok(name);
    let found = false;
    for (let below = 30; below < 130 && !found; below += 4) {
      await page.mouse.move(name.x + name.width / 2, name.y + below);
      await page.waitForTimeout(40);
      await page.keyboard.press("w");
      found = await profile.getByRole("heading", { name: /^Row / }).isVisible();
    }
    assert.ok(found, "there are points below the name of a cluster");
    await profile.getByRole("table", { name: /What holds it/ }).waitFor();
    await picture(page, "37-why-hovered");
    await page.keyboard.press("Escape");
    await profile.getByRole("heading", { name: "All clusters" }).waitFor();
  });

  it("went without errors, and no question is listed as work", async () => {
    assert.deepEqual(complaints, []);
    await page.getByRole("link", { name: "Runs" }).click();
    await page.getByText("Nothing is running or waiting.").waitFor();
  });
});
