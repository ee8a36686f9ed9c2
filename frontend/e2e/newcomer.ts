// People as they arrive: a browser of their own, the first sign-in, an account by invitation, a first table.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { SIZES } from "./browser.ts";
import { dropFile } from "./explorePage.ts";
import type { Platform } from "./platform.ts";

export const PASSWORD = "correct horse battery";

/** A browser of its own, that nobody is signed in with; the tour of Explore begins only if asked for. */
export async function newcomer(browser: Browser, { tour = false } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZES.large, colorScheme: "light" });
  if (!tour) await skipTour(context);
  return context.newPage();
}

/** Has the tour of Explore count as seen. */
export function skipTour(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() =>
    localStorage.setItem("fiedler-tour", '{"state":{"step":null,"seen":true},"version":0}'),
  );
}

/** Signs the owner in by the platform's first link. */
export async function arrive(page: Page, platform: Platform): Promise<void> {
  await page.goto(platform.welcome);
  await page.getByRole("button", { name: "Not now" }).click();
}

/** Signs the owner in, drops a table and waits until Explore is there. */
export async function arriveWith(
  page: Page,
  platform: Platform,
  name: string,
  content: string,
): Promise<void> {
  await arrive(page, platform);
  await page.getByText("Drop a table anywhere on this page").waitFor();
  await dropFile(page, name, content);
  await page.waitForURL(/\/d\/\d+\/explore/, { timeout: 120_000 });
}

/** The owner's invitation for Ada, a viewer, made on the page People. */
export async function inviteAda(people: Page): Promise<string> {
  await people.getByLabel("For whom").fill("Ada");
  await people.getByLabel("Role", { exact: true }).selectOption("viewer");
  await people.getByRole("button", { name: "Invite" }).click();
  return shownLink(people);
}

/** Ada makes her account, on the page that the invitation has opened. */
export async function becomeAda(page: Page): Promise<void> {
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
}

/** The link that the page has just shown, once. */
export async function shownLink(page: Page): Promise<string> {
  const link = page.getByText(/^http:\/\/localhost:\d+\//).last();
  return (await link.textContent()) ?? "";
}
