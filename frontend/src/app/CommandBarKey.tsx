import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { create } from "zustand";

const CommandBar = lazy(async () => ({ default: (await import("./CommandBar.tsx")).CommandBar }));

const useCommandBar = create<{ opened: boolean }>(() => ({ opened: false }));

export function openCommandBar(): void {
  useCommandBar.setState({ opened: true });
}

/** Opens the command bar by its key, also from a field; its script comes with the first use. */
export function CommandBarKey({ datasetId }: { datasetId: number | null }) {
  const opened = useCommandBar((state) => state.opened);
  useHotkeys([["mod+K", openCommandBar]], []);
  if (!opened) return null;
  return (
    <Suspense>
      <CommandBar
        datasetId={datasetId}
        onClosed={() => useCommandBar.setState({ opened: false })}
      />
    </Suspense>
  );
}
