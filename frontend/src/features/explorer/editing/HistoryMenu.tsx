import { ActionIcon, Menu, UnstyledButton } from "@mantine/core";
import { ChevronIcon, icon } from "../../../ui/icons.tsx";
import { editInWords } from "../editWords.ts";
import classes from "./editing.module.css";
import type { Editing } from "./useEditing.ts";
import { t } from "../../../language/language.ts";

const UndoIcon = icon(<path d="M5.500 3 2.500 6l3 3M2.500 6h7a3.500 3.500 0 0 1 0 7H6" />);
const RedoIcon = icon(<path d="m10.500 3 3 3-3 3M13.500 6h-7a3.500 3.500 0 0 0 0 7H10" />);

interface HistoryMenuProps {
  editing: Editing;
  /** The number the clusters were cut into before any edit. */
  nClusters: number;
}

/** Undo, redo, and every edit of this cut: choosing one shows the clusters as they were after it. */
export function HistoryMenu({ editing, nClusters }: HistoryMenuProps) {
  const { history, undo, redo, goTo } = editing;
  const edits = history?.edits ?? [];
  if (!history || edits.length === 0) return null;
  const entries = [
    { position: 0, words: t("Cut into {nClusters}", { nClusters }) },
    ...edits.map((edit) => ({ position: edit.position, words: editInWords(edit) })),
  ];
  return (
    <div className={classes.history} role="group" aria-label={t("Edits")} data-busy={editing.busy}>
      <ActionIcon
        aria-label={t("Undo")}
        title={t("Undo (Ctrl+Z)")}
        className={classes.step}
        size={24}
        disabled={!undo}
        onClick={() => undo?.()}
      >
        <UndoIcon size={14} />
      </ActionIcon>
      <ActionIcon
        aria-label={t("Redo")}
        title={t("Redo (Ctrl+Shift+Z)")}
        className={classes.step}
        size={24}
        disabled={!redo}
        onClick={() => redo?.()}
      >
        <RedoIcon size={14} />
      </ActionIcon>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <UnstyledButton
            className={classes.historyButton}
            aria-label={t("{count, plural, one {# edit} other {# edits}}, history", {
              count: history.position,
            })}
          >
            {t("{count, plural, one {# edit} other {# edits}}", { count: history.position })}
            <ChevronIcon size={12} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown mah={360} className={classes.entries}>
          <Menu.Label>{t("Edits of the cut into {nClusters}", { nClusters })}</Menu.Label>
          {entries.map(({ position, words }) => (
            <Menu.Item
              key={position}
              disabled={!editing.mayEdit}
              aria-current={position === history.position ? "step" : undefined}
              fw={position === history.position ? 600 : 400}
              className={position > history.position ? classes.undone : undefined}
              onClick={() => position !== history.position && goTo(position)}
            >
              {words}
              {position > history.position && <span className="dim"> {t("· undone")}</span>}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
