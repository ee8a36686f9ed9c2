import { useClusterName } from "../clusterNames.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";

interface AgainstSelectProps {
  /** Label of the cluster compared with, or null for all other rows. */
  value: number | null;
  /** Labels that can be chosen. */
  labels: readonly number[];
  onChange: (label: number | null) => void;
}

/** What the rows are compared with. */
export function AgainstSelect({ value, labels, onChange }: AgainstSelectProps) {
  const clusterName = useClusterName();
  return (
    <label className={classes.against}>
      {t("against")}
      <select
        value={value ?? "rest"}
        onChange={({ target }) => onChange(target.value === "rest" ? null : Number(target.value))}
      >
        <option value="rest">{t("the rest")}</option>
        {labels.map((label) => (
          <option key={label} value={label}>
            {clusterName(label)}
          </option>
        ))}
      </select>
    </label>
  );
}
