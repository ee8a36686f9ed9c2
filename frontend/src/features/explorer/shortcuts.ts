import { useEffect, useRef } from "react";

/** True where a key press belongs to the focused control and not to the map. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("input, textarea, select, [role=listbox], [role=combobox]")
  );
}

function takesSpace(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("button, a, summary, [role=menu], [role=dialog]") !== null
  );
}

/** Single keys that work anywhere on the screen, except while typing; `" "` is Space. */
export function useShortcuts(keys: Record<string, () => void>): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      if (event.key === " " && takesSpace(event.target)) return;
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
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
