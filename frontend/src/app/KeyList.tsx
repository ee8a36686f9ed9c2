import { Modal } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { create } from "zustand";
import classes from "./KeyList.module.css";
import { t } from "../language/language.ts";

/** The keys that exist, where they work. */
const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["L"], does: t("Explore: select with a lasso (Shift adds, Alt subtracts)") },
  { keys: ["B"], does: t("Explore: select with a box") },
  { keys: ["R"], does: t("Explore: select with a brush") },
  { keys: [t("Space")], does: t("Explore: pan, or turn in 3D; again: back to the lasso") },
  { keys: ["F"], does: t("Explore: fit the map to the screen") },
  { keys: ["G"], does: t("Explore: fit the selection to the screen") },
  { keys: ["W"], does: t("Explore: why the point under the cursor is where it is") },
  { keys: ["[", "]"], does: t("Explore: one cluster fewer, one more") },
  { keys: [t("Esc")], does: t("Explore: clear the selection, show all clusters") },
  { keys: ["↑", "↓"], does: t("List of clusters: walk through it; Enter isolates") },
  { keys: ["F2"], does: t("List of clusters: rename the one in focus; empty takes the name away") },
  { keys: ["Ctrl+Z", "Ctrl+Shift+Z"], does: t("Explore: undo the last edit, do it again") },
  { keys: ["T"], does: t("Everywhere: light, dark or the system's theme") },
  { keys: ["?"], does: t("Everywhere: this list") },
];

const useKeyList = create<{ opened: boolean }>(() => ({ opened: false }));

export function openKeyList(): void {
  useKeyList.setState({ opened: true });
}

/** All keys in one list, by the key "?" or from the account menu. */
export function KeyList() {
  const opened = useKeyList((state) => state.opened);
  // Most keyboards type it with Shift, some without.
  useHotkeys([
    ["shift+?", openKeyList],
    ["?", openKeyList],
  ]);
  return (
    <Modal opened={opened} onClose={() => useKeyList.setState({ opened: false })} title={t("Keys")}>
      <dl className={classes.keys}>
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
