import { ActionIcon, Button } from "@mantine/core";
import { CloseIcon } from "../../../ui/icons.tsx";
import { formatCount, plural } from "../../../ui/numbers.ts";
import explorer from "../explorer.module.css";
import classes from "./editing.module.css";
import type { Editing } from "./useEditing.ts";

/** What was said about rows: together, apart; and what of it could not be held. */
export function ConstraintList({ editing }: { editing: Editing }) {
  const { constraints, history, mayEdit, apply, firstSide, setFirstSide } = editing;
  const { must_link: together, cannot_link: apart } = constraints;
  const count = together.length + apart.length;
  if (count === 0 && !firstSide) return null;
  const change = (changes: Partial<typeof constraints>) =>
    apply({ kind: "constraints", constraints: { ...constraints, ...changes } });
  return (
    <section className={explorer.card} aria-label="Constraints">
      <h2>
        Constraints <span className={explorer.count}>{count}</span>
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
            words={`${rowsInWords(left)} apart from ${rowsInWords(right)}`}
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
          Rows {formatCount(left + 1)} and {formatCount(right + 1)} share a cluster all the same:{" "}
          {reason}
        </p>
      ))}
      {firstSide && (
        <p className={explorer.note} role="status">
          {plural(firstSide.length, "row")} kept for a cannot-link. Select the rows to keep apart
          from them, then Link.{" "}
          <Button size="compact-xs" variant="subtle" onClick={() => setFirstSide(null)}>
            Forget them
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
        <ActionIcon size={24} aria-label={`Remove: ${words}`} onClick={onRemove}>
          <CloseIcon size={12} />
        </ActionIcon>
      )}
    </li>
  );
}

/** "Row 4", "Rows 4 and 9", "Row 4 and 11 more"; counted from 1, as the table is. */
export function rowsInWords(rows: readonly number[]): string {
  const [first = 0, second] = rows;
  if (second === undefined) return `Row ${formatCount(first + 1)}`;
  if (rows.length === 2) return `Rows ${formatCount(first + 1)} and ${formatCount(second + 1)}`;
  return `Row ${formatCount(first + 1)} and ${formatCount(rows.length - 1)} more`;
}
