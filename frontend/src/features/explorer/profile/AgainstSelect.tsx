import type { SelectionRead } from "../../../api/contract.ts";
import { useClusterName } from "../clusterNames.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";

interface AgainstSelectProps {
  /** Label of the cluster compared with, or null for all other rows. */
  value: number | null;
  /** Labels that can be chosen. */
  labels: readonly number[];
  onChange: (label: number | null) => void;
  /** Selections that can be chosen as well, and how. */
  kept?: {
    value: number | null;
    selections: readonly SelectionRead[];
    onChange: (id: number) => void;
  };
}

/** Before the number of a selection, so that it is no cluster's. */
const KEPT = "kept ";

/** What the rows are compared with. */
export function AgainstSelect({ value, labels, onChange, kept }: AgainstSelectProps) {
  const clusterName = useClusterName();
  return (
    <label className={classes.against}>
      {t("against")}
      <select
        value={kept?.value ? KEPT + kept.value : (value ?? "rest")}
        onChange={({ target: { value: chosen } }) => {
          if (chosen.startsWith(KEPT)) kept?.onChange(Number(chosen.slice(KEPT.length)));
          else onChange(chosen === "rest" ? null : Number(chosen));
        }}
      >
        <option value="rest">{t("the rest")}</option>
        {labels.map((label) => (
          <option key={label} value={label}>
            {clusterName(label)}
          </option>
        ))}
        {kept && kept.selections.length > 0 && (
          <optgroup label={t("Selections")}>
            {kept.selections.map(({ id, name }) => (
              <option key={id} value={KEPT + id}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}
