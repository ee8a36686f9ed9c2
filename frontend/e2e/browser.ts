// Chromium as this project tests with it: software WebGL2, no traffic of its own.

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  // A platform behind nginx with a certificate that signs itself.
  ...(process.env.E2E_WELCOME ? ["--ignore-certificate-errors"] : []),
];

/** Pictures of each step, kept as build artifacts outside git. */
export const PICTURES = resolve(import.meta.dirname, "../../build/e2e");

export const SIZES = {
  large: { width: 1440, height: 900 },
  small: { width: 1280, height: 720 },
} as const;

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
  });
}

/** Save a picture of what the page shows now. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Switch the theme as the system would. */
export async function applyTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction(
    (wanted) => document.documentElement.dataset.mantineColorScheme === wanted,
    theme,
  );
}

/** What axe finds at WCAG 2.2 AA, as one line a finding. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}

/** Pictures and axe, in both themes and both sizes. */
export async function inspect(page: Page, name: string): Promise<string[]> {
  const findings: string[] = [];
  for (const theme of ["light", "dark"] as const) {
    await applyTheme(page, theme);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(400); // The map draws itself anew after a change of size.
      await picture(page, `${name}-${theme}-${size}`);
    }
    const found = await accessibilityFindings(page);
    findings.push(...found.map((finding) => `${name}, ${theme}: ${finding}`));
  }
  await page.setViewportSize(SIZES.large);
  await applyTheme(page, "light");
  return findings;
}
