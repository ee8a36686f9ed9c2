/** Reasons as one sentence: each stands with a capital of its own where it is listed, here only the first does. */
export function inOneSentence(reasons: readonly string[]): string {
  return reasons
    .map((reason, at) => (at === 0 ? reason : reason.charAt(0).toLowerCase() + reason.slice(1)))
    .join("; ");
}
