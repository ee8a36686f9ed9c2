import { Modal } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { create } from "zustand";
import classes from "./KeyList.module.css";
import { KEYS } from "./keys.ts";
import { t } from "../language/language.ts";

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
