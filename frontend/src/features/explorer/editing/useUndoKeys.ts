import { useEffect, useRef } from "react";
import { isTyping } from "../shortcuts.ts";
import type { Editing } from "./useEditing.ts";

/** Ctrl+Z undoes the last edit; Ctrl+Shift+Z or Ctrl+Y does it again (Cmd on a Mac). */
export function useUndoKeys(editing: Editing): void {
  const current = useRef(editing);
  useEffect(() => {
    current.current = editing;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      const { undo, redo } = current.current;
      const action = key === "y" || (key === "z" && event.shiftKey) ? redo : undo;
      if ((key !== "z" && key !== "y") || !action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
