// The README's picture, taken of the real platform on a generated table: `npm run portrait`.

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { launch, SIZES } from "./browser.ts";
import { dropFile, ExplorePage } from "./explorePage.ts";
import { startPlatform } from "./platform.ts";
import { garden } from "./tables.ts";

const IMAGES = resolve(import.meta.dirname, "../../docs/images");
const platform = await startPlatform();
const browser = await launch();
try {
  await mkdir(IMAGES, { recursive: true });
  const page = await browser.newPage({ viewport: SIZES.large, colorScheme: "light" });
  await page.goto(platform.welcome);
  await page.getByRole("button", { name: "Not now" }).click();
  await page.getByText("Drop a table anywhere on this page").waitFor();
  await dropFile(page, "garden.csv", garden(60_000));
  await page.waitForURL(/\/d\/\d+\/explore/, { timeout: 120_000 });
  const explore = new ExplorePage(page);
  await explore.shown();
  await explore.clickGap(8);
  await explore.hasClusters(8);
  await page.mouse.move(0, 0);
  await explore.shown();
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${IMAGES}/explore.png` });
} finally {
  await browser.close();
  await platform.stop();
}
