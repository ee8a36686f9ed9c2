import { Tooltip } from "@mantine/core";
import { t } from "../../language/language.ts";
import classes from "./explorer.module.css";

interface TermProps {
  /** As it stands on the screen, maybe shortened. */
  name: string;
  /** In full. */
  title: string;
  /** What it means. */
  text: string;
}

/** A word of the field that explains itself, on hover and on focus. */
export function Term({ name, title, text }: TermProps) {
  return (
    <Tooltip label={text} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      <button
        type="button"
        className={classes.term}
        aria-label={t("About {title}: {text}", { title, text })}
      >
        {name}
      </button>
    </Tooltip>
  );
}
