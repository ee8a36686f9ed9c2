import { Modal } from "@mantine/core";
import classes from "./KeyList.module.css";
import { KEYS } from "./keys.ts";
import { t } from "../language/language.ts";

/** The list itself, over any page. */
export function KeyListDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={t("Keys")}>
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
