import type { ConsensusRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";

/** How many views agree, who drew the clusters, and what else has support. */
export function agreementInWords(consensus: ConsensusRead, edited: boolean): string {
  const { n_agreeing: agreeing, views, alternative, mixture } = consensus;
  const sentences = [
    t("{agreeing} of {viewsCount} views agree on these clusters.", {
      agreeing,
      viewsCount: views.length,
    }),
  ];
  if (mixture.accepted)
    sentences.push(t("A mixture model drew them. {reason}", { reason: mixture.reason }));
  const other = alternative === null ? undefined : views[alternative];
  if (other) sentences.push(t("Another reading has support: {name}.", { name: other.name }));
  if (edited) sentences.push(t("This is about the cut before its edits."));
  return sentences.join(" ");
}
