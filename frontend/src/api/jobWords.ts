import type { JobRead, JobStatus } from "./contract.ts";
import { t } from "../language/language.ts";

const STAGE_WORDS: Record<string, string> = {
  upload: t("Receiving the file"),
  sniff: t("Looking at the file"),
  read: t("Reading the table"),
  convert: t("Converting columns"),
  write: t("Storing the table"),
  features: t("Preparing the columns"),
  graph: t("Linking neighbours"),
  embedding: t("Solving for eigenvectors"),
  partition: t("Cutting into clusters"),
  evaluation: t("Judging the clusters"),
  layout: t("Laying out the map"),
  export: t("Packing files"),
};

const KIND_WORDS: Record<JobRead["kind"], string> = {
  import: t("Import"),
  fit: t("Clustering"),
  recut: t("Re-cut"),
  explain: t("Explanation"),
  revise: t("Edit"),
  layout: t("Layout"),
  sweep: t("Sweep"),
  export: t("Export"),
};

const STATUS_WORDS: Record<JobStatus, string> = {
  queued: t("Waiting"),
  running: t("Running"),
  succeeded: t("Finished"),
  failed: t("Failed"),
  cancelled: t("Cancelled"),
};

/** The stage in words; a stage this page does not know is shown by its own name. */
export function stageInWords(stage: string | null | undefined): string {
  if (!stage) return "";
  return STAGE_WORDS[stage] ?? stage.charAt(0).toUpperCase() + stage.slice(1);
}

/** What the job does, e.g. "Clustering". */
export function kindInWords(kind: JobRead["kind"]): string {
  return KIND_WORDS[kind];
}

/** The state in one word. */
export function statusInWords(status: JobStatus): string {
  return STATUS_WORDS[status];
}

/** Whether the job has come to an end, good or bad. */
export function isFinished(job: Pick<JobRead, "status">): boolean {
  return job.status === "succeeded" || job.status === "failed" || job.status === "cancelled";
}
