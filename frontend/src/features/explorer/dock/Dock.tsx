import { lazy, Suspense } from "react";
import type { DatasetRead, RunRead } from "../../../api/contract.ts";
import classes from "../explorer.module.css";
import type { DockTab, ExploreView, ViewChange } from "../exploreView.ts";
import type { ShownPartition } from "../partitions.ts";
import type { Selection } from "../selection.ts";
import { SelectionLine, SelectionPanel } from "./SelectionPanel.tsx";
import { t } from "../../../language/language.ts";

// Of two tabs that most visits never open.
const ChangesPanel = lazy(async () => ({
  default: (await import("./ChangesPanel.tsx")).ChangesPanel,
}));
const LabelsPanel = lazy(async () => ({
  default: (await import("./LabelsPanel.tsx")).LabelsPanel,
}));

interface DockProps {
  dataset: DatasetRead;
  run: RunRead;
  runs: readonly RunRead[];
  shown: ShownPartition | null;
  view: ExploreView;
  onView: (change: ViewChange) => void;
  selection: Selection | null;
  onSelection: (selection: Selection | null) => void;
  onWhy: (row: number) => void;
}

const TABS: { tab: DockTab; name: string; title: string }[] = [
  { tab: "selection", name: t("Selection"), title: t("The selected rows as a table") },
  { tab: "changes", name: t("Changes"), title: t("Rows that moved since another run or cut") },
  {
    tab: "labels",
    name: t("Known labels"),
    title: t("The clusters against a column of known labels"),
  },
];

/** Below the map: the selected rows, what changed since another run, or the clusters against known labels. */
export function Dock(props: DockProps) {
  const { dataset, run, runs, shown, view, onView, selection, onSelection, onWhy } = props;
  const isOpen = view.dock !== "selection" || selection !== null;
  const choose = (tab: DockTab) => onView({ dock: tab === "selection" ? undefined : tab });
  return (
    <section className={classes.dock} aria-label={t("Dock")} data-open={isOpen || undefined}>
      <div className={classes.dockHead}>
        <div role="tablist" aria-label={t("Below the map")} className={classes.dockTabs}>
          {TABS.map(({ tab, name, title }) => (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`dock-tab-${tab}`}
              aria-selected={tab === view.dock}
              aria-controls="dock-panel"
              tabIndex={tab === view.dock ? 0 : -1}
              title={title}
              onClick={() => choose(tab)}
              onKeyDown={(event) => {
                const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (by === undefined) return;
                event.preventDefault();
                const at = TABS.findIndex((each) => each.tab === tab);
                const next = TABS[(at + by + TABS.length) % TABS.length];
                if (!next) return;
                choose(next.tab);
                document.getElementById(`dock-tab-${next.tab}`)?.focus();
              }}
            >
              {name}
            </button>
          ))}
        </div>
        {view.dock === "selection" && <SelectionLine {...{ run, shown, selection }} />}
        {view.dock !== "selection" && (
          <button
            type="button"
            className={classes.link}
            aria-label={t("Close the dock")}
            onClick={() => choose("selection")}
          >
            {t("Close")}
          </button>
        )}
      </div>
      <div
        id="dock-panel"
        role="tabpanel"
        aria-labelledby={`dock-tab-${view.dock}`}
        className={classes.dockPanel}
      >
        {view.dock === "selection" && (
          <SelectionPanel {...{ dataset, run, shown, selection, onWhy }} />
        )}
        <Suspense>
          {view.dock === "changes" && shown && (
            <ChangesPanel {...{ run, runs, shown, view, onView, onSelection }} />
          )}
          {view.dock === "labels" && shown && (
            <LabelsPanel {...{ dataset, run, shown, view, onView }} />
          )}
        </Suspense>
      </div>
    </section>
  );
}
