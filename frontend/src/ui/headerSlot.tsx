import { createContext, type ReactNode, use, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { create } from "zustand";

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

/** How many columns the run on the page was made of; null while the page shows none. */
export const useColumnsUsed = create<{ count: number | null }>(() => ({ count: null }));

/** Lets the header count the columns of the run on the page instead of the table's features. */
export function useReportColumnsUsed(count: number | null): void {
  useEffect(() => {
    useColumnsUsed.setState({ count });
    return () => useColumnsUsed.setState({ count: null });
  }, [count]);
}
