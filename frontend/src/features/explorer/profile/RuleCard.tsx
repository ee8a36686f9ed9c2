import type { RuleRead } from "../../../api/contract.ts";
import { formatCount, plural } from "../../../ui/numbers.ts";
import classes from "./profile.module.css";

interface RuleCardProps {
  rule: RuleRead | null;
  busy: boolean;
  onSelect: () => void;
}

/** The rule that describes the rows best; a click selects the rows it matches. */
export function RuleCard({ rule, busy, onSelect }: RuleCardProps) {
  if (!rule) {
    return (
      <p className={classes.quiet}>No short rule of one or two columns tells these rows apart.</p>
    );
  }
  return (
    <button
      type="button"
      className={classes.rule}
      aria-busy={busy}
      aria-label={`Rule: ${rule.text}. Precision ${rule.precision.toFixed(2)}, recall ${rule.recall.toFixed(2)}. Select the ${plural(rule.n_selected, "row")} it matches`}
      onClick={onSelect}
    >
      <span className="mono">{rule.text}</span>
      <span className="num">
        precision {rule.precision.toFixed(2)} · recall {rule.recall.toFixed(2)} ·{" "}
        {formatCount(rule.n_selected)} rows <em>Select</em>
      </span>
    </button>
  );
}
