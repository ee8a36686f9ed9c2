import type { Criterion } from "../../../api/sweeps.ts";
import { t } from "../../../language/language.ts";

/** What the best run of a sweep is chosen by. */
export const CRITERIA: readonly { value: Criterion; label: string }[] = [
  { value: "silhouette", label: t("Silhouette") },
  { value: "eigengap", label: t("Eigengap") },
  { value: "separation", label: t("Separation") },
  { value: "stability", label: t("Stability") },
  { value: "agreement", label: t("Agreement") },
  { value: "conductance", label: t("Conductance (smaller is better)") },
];
