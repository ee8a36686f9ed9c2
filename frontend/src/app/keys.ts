// The keys that exist, where they work and what they do; the list of keys and the command bar tell of them.

import { t } from "../language/language.ts";

export interface KeyEntry {
  keys: readonly string[];
  does: string;
  /** Its name in the command bar, which presses the last of the keys. */
  command?: string;
}

export const KEYS: readonly KeyEntry[] = [
  {
    keys: ["L"],
    does: t("Explore: select with a lasso (Shift adds, Alt subtracts)"),
    command: t("Select with a lasso"),
  },
  { keys: ["B"], does: t("Explore: select with a box"), command: t("Select with a box") },
  { keys: ["R"], does: t("Explore: select with a brush"), command: t("Select with a brush") },
  { keys: [t("Space")], does: t("Explore: pan, or turn in 3D; again: back to the lasso") },
  {
    keys: ["F"],
    does: t("Explore: fit the map to the screen"),
    command: t("Fit the map to the screen"),
  },
  {
    keys: ["G"],
    does: t("Explore: fit the selection to the screen"),
    command: t("Fit the selection to the screen"),
  },
  { keys: ["W"], does: t("Explore: why the point under the cursor is where it is") },
  { keys: ["["], does: t("Explore: one cluster fewer"), command: t("One cluster fewer") },
  { keys: ["]"], does: t("Explore: one cluster more"), command: t("One cluster more") },
  {
    keys: [t("Esc")],
    does: t("Explore: clear the selection, show all clusters"),
  },
  { keys: ["↑", "↓"], does: t("List of clusters: walk through it; Enter isolates") },
  {
    keys: ["F2"],
    does: t("List of clusters: rename the one in focus; empty takes the name away"),
  },
  { keys: ["Ctrl+Z", "Ctrl+Shift+Z"], does: t("Explore: undo the last edit, do it again") },
  { keys: ["Ctrl+K"], does: t("Everywhere: find a command, a page, a run or a dataset") },
  { keys: ["T"], does: t("Everywhere: light, dark or the system's theme") },
  { keys: ["?"], does: t("Everywhere: this list") },
];

/** Does what the keyboard would, once what asked for it has closed and given the focus back. */
export function press({ keys }: KeyEntry): void {
  const key = keys.at(-1);
  if (key === undefined) return;
  setTimeout(() => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: key.toLowerCase(), bubbles: true }));
  }, 300);
}
