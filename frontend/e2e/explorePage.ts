// What a test does and reads on Explore, by role and label.

import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";

export class ExplorePage {
  constructor(readonly page: Page) {}

  /** Wait until a map with all its points and the cluster list are on the screen. */
  async shown(timeoutSeconds = 120): Promise<void> {
    const timeout = timeoutSeconds * 1000;
    await this.page.getByRole("region", { name: "Clusters", exact: true }).waitFor({ timeout });
    await this.page.waitForFunction(
      () => {
        const status = document.querySelector<HTMLElement>("[data-testid=map-status]");
        const { drawn, total } = status?.dataset ?? {};
        return total !== undefined && total !== "0" && drawn === total;
      },
      undefined,
      { timeout },
    );
  }

  rows(): Locator {
    return this.page
      .getByRole("region", { name: "Clusters", exact: true })
      .getByRole("listitem")
      .locator("button[data-label]");
  }

  /** Wait until the list holds `count` clusters and the map has been drawn with them. */
  async hasClusters(count: number): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => document.querySelectorAll("button[data-label]").length === wanted,
      count,
    );
    await this.shown();
  }

  /** Wait until a re-cut into `count` clusters has been painted; the list alone is quicker than the map. */
  async isCutInto(count: number): Promise<void> {
    await this.page.waitForFunction((wanted) => {
      const last = performance.getEntriesByName("fiedler:recolour").at(-1) as
        | PerformanceMeasure
        | undefined;
      return last?.detail?.nClusters === wanted;
    }, count);
    await this.hasClusters(count);
  }

  /** Size of every cluster, as the list says. */
  async sizes(): Promise<number[]> {
    const names = await this.rows().evaluateAll((rows) =>
      rows.map((row) => row.getAttribute("aria-label") ?? ""),
    );
    return names.map((name) => Number(/, ([\d,]+) rows?/.exec(name)?.[1]?.replaceAll(",", "")));
  }

  /** CSS colour of every cluster, as the list shows it. */
  colours(): Promise<string[]> {
    return this.rows().evaluateAll((rows) =>
      rows.map((row) => getComputedStyle(row.querySelector("i") as Element).backgroundColor),
    );
  }

  /** How many pixels of the map have each of the list's colours, nearly. */
  async pixels(): Promise<number[]> {
    const map = this.page.getByRole("region", { name: "Map" });
    const image = (await map.screenshot()).toString("base64");
    return this.page.evaluate(
      async ([encoded, wanted]) => {
        const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        if (!context) throw new Error("no 2-D canvas");
        context.drawImage(bitmap, 0, 0);
        const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
        return wanted.map((colour) => {
          const [red, green, blue] = (colour.match(/\d+/g) ?? []).map(Number) as [
            number,
            number,
            number,
          ];
          let count = 0;
          for (let at = 0; at < data.length; at += 4) {
            const distance =
              Math.abs((data[at] as number) - red) +
              Math.abs((data[at + 1] as number) - green) +
              Math.abs((data[at + 2] as number) - blue);
            if (distance < 48) count++;
          }
          return count;
        });
      },
      [image, await this.colours()] as const,
    );
  }

  /** Every colour of the list covers some of the map: most points may lie on top of each other. */
  async everyColourIsOnTheMap(): Promise<void> {
    const pixels = await this.pixels();
    for (const [label, count] of pixels.entries()) {
      assert.ok(count > 8, `cluster ${label} has ${count} pixels of its colour on the map`);
    }
  }

  /** Click the gap after eigenvalue `nClusters`. */
  async clickGap(nClusters: number): Promise<void> {
    const band = this.page.locator(`rect[data-k="${nClusters}"]`);
    const box = await band.boundingBox();
    assert.ok(box, `the spectrum shows a gap after eigenvalue ${nClusters}`);
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }

  /** Draw an outline over the given corners, in shares of the map's width and height. */
  async lasso(corners: readonly (readonly [number, number])[]): Promise<void> {
    const box = await this.page.locator("canvas").boundingBox();
    assert.ok(box, "there is a map");
    const at = ([x, y]: readonly [number, number]) =>
      [box.x + x * box.width, box.y + y * box.height] as const;
    const [first, ...others] = corners;
    assert.ok(first);
    await this.page.mouse.move(...at(first));
    await this.page.mouse.down();
    for (const corner of others) await this.page.mouse.move(...at(corner), { steps: 8 });
    await this.page.mouse.up();
  }

  /** Rows in the selection, as the dock says. */
  async selected(): Promise<number> {
    const text = await this.page.getByTestId("selection-count").innerText();
    return Number(text.split(" of ")[0]?.replaceAll(",", ""));
  }

  /** Milliseconds from click to the first frame in the new colours, one for each re-cut so far. */
  recolourTimes(): Promise<number[]> {
    return this.page.evaluate(() =>
      performance.getEntriesByName("fiedler:recolour").map(({ duration }) => duration),
    );
  }
}

/** Drop a file on the page, as a person does from the file manager. */
export async function dropFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  const encoded = Buffer.from(content).toString("base64");
  await page.evaluate(
    ([fileName, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], fileName));
      for (const type of ["dragenter", "dragover", "drop"]) {
        window.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
      }
    },
    [name, encoded] as const,
  );
}
