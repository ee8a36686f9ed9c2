import { ActionIcon, Button } from "@mantine/core";
import { CloseIcon } from "../../../ui/icons.tsx";
import { formatCount } from "../../../ui/numbers.ts";
import explorer from "../explorer.module.css";
import classes from "./editing.module.css";
import type { Editing } from "./useEditing.ts";
import { t } from "../../../language/language.ts";
import { Words } from "../../../language/Words.tsx";

/** What was said about rows: together, apart; and what of it could not be held. */
export function ConstraintList({ editing }: { editing: Editing }) {
  const { constraints, history, mayEdit, apply, firstSide, setFirstSide } = editing;
  const { must_link: together, cannot_link: apart } = constraints;
  const count = together.length + apart.length;
  if (count === 0 && !firstSide) return null;
  const change = (changes: Partial<typeof constraints>) =>
    apply({ kind: "constraints", constraints: { ...constraints, ...changes } });
  return (
    <section className={explorer.card} aria-label={t("Constraints")}>
      <h2>
        <Words
          text="Constraints <span>{count}</span>"
          values={{ count }}
          tags={{ span: <span className={explorer.count} /> }}
        />
      </h2>
      <ul className={classes.constraints}>
        {together.map((rows, index) => (
          <Line
            key={`together ${rows.join()}`}
            kind="together"
            words={`${rowsInWords(rows)} together`}
            onRemove={
              mayEdit
                ? () => change({ must_link: together.filter((_, other) => other !== index) })
                : null
            }
          />
        ))}
        {apart.map(([left, right], index) => (
          <Line
            key={`apart ${left.join()} ${right.join()}`}
            kind="apart"
            words={t("{rowsInWords} apart from {rowsInWords2}", {
              rowsInWords: rowsInWords(left),
              rowsInWords2: rowsInWords(right),
            })}
            onRemove={
              mayEdit
                ? () => change({ cannot_link: apart.filter((_, other) => other !== index) })
                : null
            }
          />
        ))}
      </ul>
      {history?.violations.map(({ rows: [left, right], reason }) => (
        <p key={`${left} ${right}`} className={explorer.note}>
          {t("Rows {value} and {value2} share a cluster all the same: {reason}", {
            value: formatCount(left + 1),
            value2: formatCount(right + 1),
            reason,
          })}
        </p>
      ))}
      {firstSide && (
        <p className={explorer.note} role="status">
          {t(
            "{count, plural, one {# row} other {# rows}} kept for a cannot-link. Select the rows to keep apart from them, then Link.",
            { count: firstSide.length },
          )}{" "}
          <Button size="compact-xs" variant="subtle" onClick={() => setFirstSide(null)}>
            {t("Forget them")}
          </Button>
        </p>
      )}
    </section>
  );
}

interface LineProps {
  kind: "together" | "apart";
  words: string;
  /** Null for those who may only look. */
  onRemove: (() => void) | null;
}

function Line({ kind, words, onRemove }: LineProps) {
  return (
    <li>
      <i className={classes.arcKey} data-kind={kind} aria-hidden="true" />
      <span className="num">{words}</span>
      {onRemove && (
        <ActionIcon size={24} aria-label={t("Remove: {words}", { words })} onClick={onRemove}>
          <CloseIcon size={12} />
        </ActionIcon>
      )}
    </li>
  );
}

/** "Row 4", "Rows 4 and 9", "Row 4 and 11 more"; counted from 1, as the table is. */
export function rowsInWords(rows: readonly number[]): string {
  const [first = 0, second] = rows;
  if (second === undefined) return t("Row {value}", { value: formatCount(first + 1) });
  if (rows.length === 2) return `Rows ${formatCount(first + 1)} and ${formatCount(second + 1)}`;
  return `Row ${formatCount(first + 1)} and ${formatCount(rows.length - 1)} more`;
}
