import { createContext, type ReactNode, use, useState } from "react";
import { createPortal } from "react-dom";

const SlotContext = createContext<HTMLElement | null>(null);
const SetSlotContext = createContext<(element: HTMLElement | null) => void>(() => {});

/** Holds the place in the header that the current page may fill. */
export function HeaderSlotProvider({ children }: { children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  return (
    <SetSlotContext value={setSlot}>
      <SlotContext value={slot}>{children}</SlotContext>
    </SetSlotContext>
  );
}

/** The place itself; rendered once, by the shell. */
export function HeaderSlot({ className }: { className?: string }) {
  return <div ref={use(SetSlotContext)} className={className} />;
}

/** What a page shows in the header, e.g. its run selector and its export button. */
export function HeaderContent({ children }: { children: ReactNode }) {
  const slot = use(SlotContext);
  return slot ? createPortal(children, slot) : null;
}
