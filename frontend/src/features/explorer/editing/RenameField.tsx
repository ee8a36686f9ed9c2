import { useEffect, useRef } from "react";
import classes from "./editing.module.css";
import { t } from "../../../language/language.ts";

interface RenameFieldProps {
  name: string;
  /** The name given, or null to go back to the number. */
  onRename: (name: string | null) => void;
  onClose: () => void;
}

const LONGEST = 60;

/** A cluster's name being typed: Enter keeps it, Escape does not; empty goes back to the number. */
export function RenameField({ name, onRename, onClose }: RenameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const closed = useRef(false);
  useEffect(() => {
    // Selecting alone gives the focus in some browsers only.
    field.current?.focus();
    field.current?.select();
  }, []);
  const end = (keep: boolean) => {
    if (closed.current) return;
    closed.current = true;
    const typed = field.current?.value.trim() ?? name;
    if (keep && typed !== name) onRename(typed === "" ? null : typed);
    onClose();
  };
  return (
    <input
      ref={field}
      className={classes.rename}
      aria-label={t("Name of {name}", { name })}
      defaultValue={name}
      maxLength={LONGEST}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.stopPropagation();
        end(event.key === "Enter");
      }}
    />
  );
}
