import type { RunRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";

/** Reasons as one sentence: each stands with a capital of its own where it is listed, here only the first does. */
export function inOneSentence(reasons: readonly string[]): string {
  return reasons
    .map((reason, at) => (at === 0 ? reason : reason.charAt(0).toLowerCase() + reason.slice(1)))
    .join("; ");
}

/** How exactly the eigenpairs were solved, in words; empty where it was not measured. */
export function residualsInWords(run: Pick<RunRead, "residual_norms">): string {
  const measured = run.residual_norms.filter((norm) => norm !== null);
  if (measured.length === 0) return "";
  const largest = Math.max(...measured);
  return t("Solved to residuals of at most {norm}.", { norm: largest.toExponential(1) });
}
