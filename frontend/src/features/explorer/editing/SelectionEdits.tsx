import { Button, Menu } from "@mantine/core";
import { rowSetOf } from "../../../api/explanations.ts";
import { plural } from "../../../ui/numbers.ts";
import { useClusterName } from "../clusterNames.ts";
import type { ShownPartition } from "../partitions.ts";
import type { Selection } from "../selection.ts";
import classes from "./editing.module.css";
import type { Editing } from "./useEditing.ts";

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
    <div className={classes.edits} role="group" aria-label="Edit the selection">
      <EditButton
        title="Make a cluster of these rows"
        disabled={busy}
        onClick={() => apply({ kind: "move", bitmap: bitmap(), cluster: null })}
      >
        Split off
      </EditButton>
      <Menu position="top">
        <Menu.Target>
          <EditButton disabled={busy}>Move to</EditButton>
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
          <EditButton disabled={busy || count < 2}>Re-cluster</EditButton>
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
              Into {parts} clusters
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <LinkMenu selection={selection} editing={editing} />
      <EditButton
        title="Take these rows out of all clusters"
        disabled={busy}
        onClick={() => apply({ kind: "exclude", bitmap: bitmap() })}
      >
        Exclude
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
        <EditButton disabled={busy}>Link</EditButton>
      </Menu.Target>
      <Menu.Dropdown>
        {count > MOST_LINKED && (
          <Menu.Label>
            Links are for up to {MOST_LINKED} rows; {plural(count, "row")} are selected.
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
          Must-link: these belong together
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
            Cannot-link with the {plural(firstSide.length, "row")} chosen before
          </Menu.Item>
        ) : (
          <Menu.Item disabled={count > MOST_LINKED} onClick={() => setFirstSide(rows())}>
            Cannot-link: then select the other side
          </Menu.Item>
        )}
        {firstSide && (
          <Menu.Item onClick={() => setFirstSide(null)}>Forget the rows chosen before</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function EditButton(props: React.ComponentProps<typeof Button<"button">>) {
  return <Button variant="subtle" size="compact-xs" {...props} />;
}
