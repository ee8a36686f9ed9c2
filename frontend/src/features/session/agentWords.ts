// What a browser calls itself, in the words its user knows it by.

import { t } from "../../language/language.ts";

// Each names itself after those it wants to be taken for: the first that fits is the browser.
const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(HeadlessChrome|Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\b(iPhone|iPad)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** "Firefox on Linux"; a program that is no browser by its own name. */
export function agentInWords(agent: string | null): string {
  if (!agent) return t("Unknown program");
  const browser = named(BROWSERS, agent);
  const system = named(SYSTEMS, agent);
  if (!browser) return agent.split(/[\s/]/)[0] || t("Unknown program");
  return system ? `${browser} on ${system}` : browser;
}

function named(kinds: [RegExp, string][], agent: string): string | undefined {
  return kinds.find(([pattern]) => pattern.test(agent))?.[1];
}
