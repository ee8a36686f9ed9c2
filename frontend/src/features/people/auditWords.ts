import type { AuditRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";

/** An action in words: `run_exported` is "run exported". */
export function actionWords(action: AuditRead["action"]): string {
  return action.replaceAll("_", " ");
}

/** What an action was done to: `personaltoken:3` is "personal token 3". */
export function subjectWords(subject: string | null): string {
  if (subject === null) return "";
  const [kind = "", number = ""] = subject.split(":");
  return `${KINDS[kind] ?? kind} ${number}`;
}

const KINDS: Record<string, string> = { personaltoken: t("personal token"), sharelink: t("link") };

/** The details of an entry: `{before: "user", after: "viewer"}` is "before user, after viewer". */
export function detailWords(details: AuditRead["details"]): string {
  return Object.entries(details)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${String(value)}`)
    .join(", ");
}
