import type { PartitionRead } from "../../../api/contract.ts";
import { ShareBar } from "../../../charts/ShareBar.tsx";
import { agreementInWords } from "../consensusWords.ts";
import classes from "./profile.module.css";
import { t } from "../../../language/language.ts";

/** How far the views behind a cut agree: "9 of 12 views agree", the views themselves on demand. */
export function Views({ partition }: { partition: PartitionRead }) {
  const { consensus } = partition;
  if (!consensus || consensus.views.length < 2) return null;
  return (
    <section aria-label={t("Views")}>
      <h3 className={classes.subhead}>{t("How sure")}</h3>
      <p className={classes.sentence}>{agreementInWords(consensus, partition.position > 0)}</p>
      <details className={classes.views}>
        <summary>
          {t("{count, plural, one {# view} other {# views}}", { count: consensus.views.length })}
        </summary>
        <ol>
          {consensus.views.map(({ name, agreement }, index) => (
            <li key={name} aria-current={index === consensus.chosen || undefined}>
              <span>{name}</span>
              <ShareBar share={Math.max(agreement ?? 0, 0)} usual={1} colour="var(--accent)" />
              <span className="num">{agreement?.toFixed(2) ?? "–"}</span>
            </li>
          ))}
        </ol>
        <p className={classes.quiet}>
          {t(
            "Each is one way to link rows and to cut. The number is its adjusted Rand index with the clusters shown: 1 is the same, 0 what chance gives.",
          )}
        </p>
      </details>
    </section>
  );
}
