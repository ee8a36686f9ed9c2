// The import plan as a form holds it: text fields for what is typed, and back. Settings the form
// does not show stay in the plan as the service sent them.
import type { ImportPlan } from "../../api/contract.ts";
import { t } from "../../language/language.ts";

export interface PlanForm {
  encoding: string;
  /** The delimiter itself, or "whitespace" for any run of spaces and tabs. */
  delimiter: string;
  quote: string;
  decimal: "." | ",";
  hasHeader: boolean;
  skipRows: number;
  /** One text a line. */
  nullValues: string;
  sheet: string;
}

export const DELIMITERS: readonly { value: string; label: string }[] = [
  { value: ",", label: "Comma ," },
  { value: ";", label: "Semicolon ;" },
  { value: "\t", label: t("Tab") },
  { value: "|", label: "Bar |" },
  { value: " ", label: t("Space") },
  { value: "whitespace", label: t("Any white space") },
];

export const ENCODINGS: readonly string[] = [
  "utf-8",
  "utf-8-sig",
  "utf-16",
  "cp1252",
  "iso-8859-1",
  "iso-8859-15",
  "cp1250",
  "cp1251",
  "gb18030",
  "shift_jis",
];

/** What kind of file the plan reads; the form shows only the settings that matter to it. */
export function planFormat(plan: ImportPlan): "delimited" | "excel" | "other" {
  if (plan.format === "delimited" || plan.format === undefined) return "delimited";
  return plan.format === "excel" ? "excel" : "other";
}

/** The form's fields from a plan; what the plan leaves out gets the reader's own default. */
export function formFromPlan(plan: ImportPlan): PlanForm {
  return {
    encoding: text(plan.encoding, "utf-8"),
    delimiter: text(plan.delimiter, ","),
    quote: text(plan.quote, ""),
    decimal: plan.decimal === "," ? "," : ".",
    hasHeader: plan.has_header !== false,
    skipRows: typeof plan.skip_rows === "number" ? plan.skip_rows : 0,
    nullValues: Array.isArray(plan.null_values) ? plan.null_values.join("\n") : "",
    sheet: text(plan.sheet, ""),
  };
}

/** The plan with the form's changes. */
export function planFromForm(plan: ImportPlan, form: PlanForm): ImportPlan {
  const nullValues = form.nullValues
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const format = planFormat(plan);
  if (format === "other") return plan;
  const shared = {
    ...plan,
    has_header: form.hasHeader,
    // A header turned on must take a line, or the service would read none.
    ...(form.hasHeader && plan.header_rows === 0 ? { header_rows: 1 } : {}),
    skip_rows: form.skipRows,
    null_values: nullValues,
  };
  if (format === "excel") return { ...shared, sheet: form.sheet.trim() || null };
  return {
    ...shared,
    encoding: form.encoding,
    delimiter: form.delimiter,
    quote: form.quote === "" ? null : form.quote,
    decimal: form.decimal,
  };
}

/** What is wrong with the form, by field; empty when it may be sent. */
export function planComplaints(form: PlanForm): Partial<Record<keyof PlanForm, string>> {
  const complaints: Partial<Record<keyof PlanForm, string>> = {};
  if (form.delimiter !== "whitespace" && [...form.delimiter].length !== 1) {
    complaints.delimiter = t("The delimiter is {valueCount} characters; one is needed.", {
      valueCount: [...form.delimiter].length,
    });
  }
  if (form.delimiter === form.decimal) {
    complaints.decimal = t("The decimal mark is the delimiter too; change one of them.");
  }
  if (!Number.isInteger(form.skipRows) || form.skipRows < 0) {
    complaints.skipRows = t("Give a whole number, 0 or more.");
  }
  return complaints;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
