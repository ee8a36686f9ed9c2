import { t } from "../../language/language.ts";
import type { Parameter, ParameterValue } from "./algorithmSchema.ts";

/** A value of a parameter as the form shows it: its choice's label, its columns, or its number. */
export function valueInWords(parameter: Parameter, value: ParameterValue | undefined): string {
  if (value === null || value === undefined) return t("automatic");
  if (Array.isArray(value)) return value.join(", ");
  return parameter.choices.find((choice) => choice.value === value)?.label ?? String(value);
}
