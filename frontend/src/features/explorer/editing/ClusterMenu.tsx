import { ActionIcon, Menu } from "@mantine/core";
import { icon } from "../../../ui/icons.tsx";
import { useClusterName } from "../clusterNames.ts";
import classes from "./editing.module.css";
import type { Editing } from "./useEditing.ts";
import { t } from "../../../language/language.ts";

const DotsIcon = icon(<path d="M3.500 8h.01M8 8h.01M12.500 8h.01" strokeWidth={2.4} />);
const PARTS = [2, 3, 4, 5, 6];

interface ClusterMenuProps {
  label: number;
  /** Labels of all clusters. */
  labels: readonly number[];
  size: number;
  editing: Editing;
  onRename: () => void;
  onSelectRows: () => void;
}

/** What can be done with one cluster of the list. */
export function ClusterMenu(props: ClusterMenuProps) {
  const { label, labels, size, editing, onRename, onSelectRows } = props;
  const clusterName = useClusterName();
  const { mayEdit } = editing;
  const others = labels.filter((other) => other !== label);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon
          className={classes.more}
          size={24}
          aria-label={
            mayEdit
              ? t("Edit {name}", { name: clusterName(label) })
              : t("Actions for {name}", { name: clusterName(label) })
          }
          data-cluster-menu={label}
        >
          <DotsIcon size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.entries} mah={380}>
        {mayEdit && <Menu.Item onClick={onRename}>{t("Rename (F2)")}</Menu.Item>}
        <Menu.Item onClick={onSelectRows}>{t("Select its rows")}</Menu.Item>
        {mayEdit && others.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Label>{t("Merge with")}</Menu.Label>
            {others.map((other) => (
              <Menu.Item
                key={other}
                onClick={() => editing.apply({ kind: "merge", clusters: [label, other] })}
              >
                {clusterName(other)}
              </Menu.Item>
            ))}
          </>
        )}
        {mayEdit && size > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>{t("Re-cluster inside")}</Menu.Label>
            {PARTS.filter((parts) => parts <= size).map((parts) => (
              <Menu.Item
                key={parts}
                onClick={() =>
                  editing.apply({ kind: "split", cluster: label, n_parts: parts, method: "auto" })
                }
              >
                {t("Into {parts} clusters", { parts })}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
