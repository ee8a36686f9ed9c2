import { useEffect, useRef } from "react";

/** True where a key press belongs to the focused control and not to the map. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("input, textarea, select, [role=listbox], [role=combobox]")
  );
}

/** A control reached by keyboard is worked by Space; one merely clicked before leaves it to the map. */
function takesSpace(target: EventTarget | null, byPointer: boolean): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=menu], [role=dialog]")) return true;
  return !byPointer && target.closest("button, a, summary") !== null;
}

/** Single keys that work anywhere on the screen, except while typing; `" "` is Space. */
export function useShortcuts(keys: Record<string, () => void>): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    let byPointer = false;
    const point = () => {
      byPointer = true;
    };
    const press = (event: KeyboardEvent) => {
      if (event.key === "Tab" || event.key.startsWith("Arrow")) byPointer = false;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      if (event.key === " " && takesSpace(event.target, byPointer)) return;
      if (
        event.key === "Escape" &&
        event.target instanceof HTMLElement &&
        event.target.closest("[role=menu], [role=dialog]")
      ) {
        return;
      }
      const action = current.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("pointerdown", point, true);
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("pointerdown", point, true);
      window.removeEventListener("keydown", press);
    };
  }, []);
}
