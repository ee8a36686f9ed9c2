import { Menu, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { SelectionRead } from "../../../api/contract.ts";
import { asProblem } from "../../../api/problem.ts";
import { refresh } from "../../../api/refresh.ts";
import {
  forgetSelection,
  maskOf,
  selectionBitmapQuery,
  selectionKeys,
  selectionsQuery,
} from "../../../api/selections.ts";
import { t } from "../../../language/language.ts";
import { ChevronIcon, CloseIcon } from "../../../ui/icons.tsx";
import { formatCount } from "../../../ui/numbers.ts";
import mapClasses from "../explorer.module.css";
import { type Selection, selectionFromMask } from "../selection.ts";
import classes from "./selections.module.css";

interface SelectionsMenuProps {
  runId: number;
  nRows: number;
  mayEdit: boolean;
  onSelection: (selection: Selection | null) => void;
}

/** The selections that were kept of this table, to return to; nothing while there are none. */
export function SelectionsMenu({ runId, nRows, mayEdit, onSelection }: SelectionsMenuProps) {
  const queryClient = useQueryClient();
  const kept = useQuery(selectionsQuery(runId)).data ?? [];
  if (kept.length === 0) return null;
  const tell = (error: unknown) => {
    const { title, detail } = asProblem(error);
    notifications.show({ title, message: detail, color: "red" });
  };
  const choose = ({ id }: SelectionRead) =>
    void queryClient
      .fetchQuery(selectionBitmapQuery(runId, id))
      .then((bitmap) => onSelection(selectionFromMask(maskOf(bitmap, nRows))), tell);
  const forget = ({ id }: SelectionRead) =>
    void forgetSelection(runId, id).then(
      () => refresh(queryClient, { queryKey: selectionKeys.all }),
      tell,
    );
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <UnstyledButton className={mapClasses.choice}>
          {t("Selections")} <b className="num">{kept.length}</b>
          <ChevronIcon size={12} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {kept.map((selection) => (
          <div key={selection.id} className={classes.entry} role="none">
            <Menu.Item onClick={() => choose(selection)}>
              <span className={classes.name}>{selection.name}</span>
              <span className="dim num">{formatCount(selection.n_rows)}</span>
            </Menu.Item>
            {mayEdit && (
              <Menu.Item
                className={classes.forget}
                closeMenuOnClick={kept.length === 1}
                aria-label={t("Forget {name}", { name: selection.name })}
                onClick={() => forget(selection)}
              >
                <CloseIcon size={11} />
              </Menu.Item>
            )}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
