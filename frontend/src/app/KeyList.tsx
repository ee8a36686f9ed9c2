import { Modal } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { create } from "zustand";
import classes from "./KeyList.module.css";

/** The keys that exist, where they work. */
const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["L"], does: "Explore: select with a lasso (Shift adds, Alt subtracts)" },
  { keys: ["B"], does: "Explore: select with a box" },
  { keys: ["Space"], does: "Explore: pan, or turn in 3D; again: back to the lasso" },
  { keys: ["F"], does: "Explore: fit the map to the screen" },
  { keys: ["W"], does: "Explore: why the point under the cursor is where it is" },
  { keys: ["[", "]"], does: "Explore: one cluster fewer, one more" },
  { keys: ["Esc"], does: "Explore: clear the selection, show all clusters" },
  { keys: ["↑", "↓"], does: "List of clusters: walk through it; Enter isolates" },
  { keys: ["F2"], does: "List of clusters: rename the one in focus; empty takes the name away" },
  { keys: ["Ctrl+Z", "Ctrl+Shift+Z"], does: "Explore: undo the last edit, do it again" },
  { keys: ["T"], does: "Everywhere: light, dark or the system's theme" },
  { keys: ["?"], does: "Everywhere: this list" },
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
    <Modal opened={opened} onClose={() => useKeyList.setState({ opened: false })} title="Keys">
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
