import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { create } from "zustand";

// Most visits never ask for it, so the dialog is no part of any page's first load.
const KeyListDialog = lazy(async () => ({
  default: (await import("./KeyListDialog.tsx")).KeyListDialog,
}));

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
  if (!opened) return null;
  return (
    <Suspense>
      <KeyListDialog onClose={() => useKeyList.setState({ opened: false })} />
    </Suspense>
  );
}
