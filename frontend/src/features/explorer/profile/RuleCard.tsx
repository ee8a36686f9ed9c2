import type { RuleRead } from "../../../api/contract.ts";
import { formatCount } from "../../../ui/numbers.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";
import { Words } from "../../../language/Words.tsx";

interface RuleCardProps {
  rule: RuleRead | null;
  busy: boolean;
  onSelect: () => void;
}

/** The rule that describes the rows best; a click selects the rows it matches. */
export function RuleCard({ rule, busy, onSelect }: RuleCardProps) {
  if (!rule) {
    return (
      <p className={classes.quiet}>
        {t("No short rule of one or two columns tells these rows apart.")}
      </p>
    );
  }
  return (
    <button
      type="button"
      className={classes.rule}
      aria-busy={busy}
      aria-label={t(
        "Rule: {text}. Precision {precision}, recall {recall}. Select the {count, plural, one {# row} other {# rows}} it matches",
        {
          text: rule.text,
          precision: rule.precision.toFixed(2),
          recall: rule.recall.toFixed(2),
          count: rule.n_selected,
        },
      )}
      onClick={onSelect}
    >
      <span className="mono">{rule.text}</span>
      <span className="num">
        <Words
          text="precision {precision} · recall {recall} · {n_selected} rows <em>Select</em>"
          values={{
            precision: rule.precision.toFixed(2),
            recall: rule.recall.toFixed(2),
            n_selected: formatCount(rule.n_selected),
          }}
          tags={{ em: <em /> }}
        />
      </span>
    </button>
  );
}
