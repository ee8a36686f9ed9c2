import { useQuery } from "@tanstack/react-query";
import type { PartitionRead, RunRead } from "../../../api/contract.ts";
import { historyQuery } from "../../../api/edits.ts";
import { t } from "../../../language/language.ts";
import { formatTime } from "../../../ui/numbers.ts";
import { Answering } from "../Answering.tsx";
import { editInWords } from "../editWords.ts";
import classes from "./report.module.css";
import { scriptQuery } from "./reportQueries.ts";

/** What people changed by hand after the cut, in order. */
export function EditsSection({ run, nClusters }: { run: RunRead; nClusters: number }) {
  const history = useQuery(historyQuery(run.id, nClusters));
  return (
    <section aria-label={t("Edits by hand")}>
      <h2>{t("Edits by hand")}</h2>
      <Answering query={history}>
        {({ edits, position, violations }) => {
          const made = edits.filter((edit) => edit.position <= position);
          if (made.length === 0) {
            return <p>{t("None: the clusters are as they were computed.")}</p>;
          }
          return (
            <>
              <ol>
                {made.map((edit) => (
                  <li key={edit.position}>
                    {editInWords(edit)}{" "}
                    <span className={classes.small}>{formatTime(edit.created_at)}</span>
                  </li>
                ))}
              </ol>
              {violations.length > 0 && (
                <p>
                  {t(
                    "{count, plural, one {# cannot-link does} other {# cannot-links do}} not hold all the same.",
                    { count: violations.length },
                  )}
                </p>
              )}
            </>
          );
        }}
      </Answering>
    </section>
  );
}

/** The script that makes the clusters anew, edits and all. */
export function ScriptSection({ partition }: { partition: PartitionRead }) {
  const script = useQuery(scriptQuery(partition));
  return (
    <section aria-label={t("To make it anew")}>
      <h2>{t("To make it anew")}</h2>
      <Answering query={script}>{(text) => <pre>{text}</pre>}</Answering>
    </section>
  );
}
