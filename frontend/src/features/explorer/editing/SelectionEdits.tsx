import { Button, Menu } from "@mantine/core";
import { rowSetOf } from "../../../api/explanations.ts";
import { useClusterName } from "../clusterNames.ts";
import type { ShownPartition } from "../partitions.ts";
import type { Selection } from "../selection.ts";
import classes from "./editing.module.css";
import type { Editing } from "./useEditing.ts";
import { t } from "../../../language/language.ts";

const PARTS = [2, 3, 4, 5, 6];
/** Links are between single rows and small groups; more rows are moved, not linked. */
const MOST_LINKED = 200;

interface SelectionEditsProps {
  selection: Selection;
  shown: ShownPartition;
  editing: Editing;
}

/** What can be done with the selected rows. */
export function SelectionEdits({ selection, shown, editing }: SelectionEditsProps) {
  const clusterName = useClusterName();
  const { apply, busy } = editing;
  const { clusters } = shown.partition;
  const count = selection.rows.length;
  if (!editing.mayEdit) return null;
  const bitmap = () => rowSetOf(selection.mask).bitmap ?? null;
  return (
    <div className={classes.edits} role="group" aria-label={t("Edit the selection")}>
      <EditButton
        title={t("Make a cluster of these rows")}
        disabled={busy}
        onClick={() => apply({ kind: "move", bitmap: bitmap(), cluster: null })}
      >
        {t("Split off")}
      </EditButton>
      <Menu position="top">
        <Menu.Target>
          <EditButton disabled={busy}>{t("Move to")}</EditButton>
        </Menu.Target>
        <Menu.Dropdown className={classes.entries} mah={300}>
          {clusters.map(({ label }) => (
            <Menu.Item
              key={label}
              onClick={() => apply({ kind: "move", bitmap: bitmap(), cluster: label })}
            >
              {clusterName(label)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="top">
        <Menu.Target>
          <EditButton disabled={busy || count < 2}>{t("Re-cluster")}</EditButton>
        </Menu.Target>
        <Menu.Dropdown>
          {PARTS.filter((parts) => parts <= count).map((parts) => (
            <Menu.Item
              key={parts}
              onClick={() =>
                apply({
                  kind: "recluster_rows",
                  bitmap: bitmap(),
                  n_clusters: parts,
                  method: "auto",
                })
              }
            >
              {t("Into {parts} clusters", { parts })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <LinkMenu selection={selection} editing={editing} />
      <EditButton
        title={t("Take these rows out of all clusters")}
        disabled={busy}
        onClick={() => apply({ kind: "exclude", bitmap: bitmap() })}
      >
        {t("Exclude")}
      </EditButton>
    </div>
  );
}

/** Saying that rows belong together, or apart from those chosen before. */
function LinkMenu({ selection, editing }: { selection: Selection; editing: Editing }) {
  const { apply, busy, constraints, firstSide, setFirstSide } = editing;
  const count = selection.rows.length;
  const rows = () => Array.from(selection.rows);
  const shared = firstSide?.some((row) => selection.mask[row]) ?? false;
  return (
    <Menu position="top" width={290}>
      <Menu.Target>
        <EditButton disabled={busy}>{t("Link")}</EditButton>
      </Menu.Target>
      <Menu.Dropdown>
        {count > MOST_LINKED && (
          <Menu.Label>
            {t(
              "Links are for up to {MOST_LINKED} rows; {count, plural, one {# row} other {# rows}} are selected.",
              { MOST_LINKED, count },
            )}
          </Menu.Label>
        )}
        <Menu.Item
          disabled={count < 2 || count > MOST_LINKED}
          onClick={() =>
            apply({
              kind: "constraints",
              constraints: { ...constraints, must_link: [...constraints.must_link, rows()] },
            })
          }
        >
          {t("Must-link: these belong together")}
        </Menu.Item>
        {firstSide ? (
          <Menu.Item
            disabled={count > MOST_LINKED || shared}
            onClick={() => {
              setFirstSide(null);
              apply({
                kind: "constraints",
                constraints: {
                  ...constraints,
                  cannot_link: [...constraints.cannot_link, [[...firstSide], rows()]],
                },
              });
            }}
          >
            {t("Cannot-link with the {count, plural, one {# row} other {# rows}} chosen before", {
              count: firstSide.length,
            })}
          </Menu.Item>
        ) : (
          <Menu.Item disabled={count > MOST_LINKED} onClick={() => setFirstSide(rows())}>
            {t("Cannot-link: then select the other side")}
          </Menu.Item>
        )}
        {firstSide && (
          <Menu.Item onClick={() => setFirstSide(null)}>
            {t("Forget the rows chosen before")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function EditButton(props: React.ComponentProps<typeof Button<"button">>) {
  return <Button variant="subtle" size="compact-xs" {...props} />;
}
