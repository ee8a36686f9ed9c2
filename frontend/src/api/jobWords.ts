import type { JobRead, JobStatus } from "./contract.ts";

const STAGE_WORDS: Record<string, string> = {
  upload: "Receiving the file",
  sniff: "Looking at the file",
  read: "Reading the table",
  convert: "Converting columns",
  write: "Storing the table",
  features: "Preparing the columns",
  graph: "Linking neighbours",
  embedding: "Solving for eigenvectors",
  partition: "Cutting into clusters",
  evaluation: "Judging the clusters",
  layout: "Laying out the map",
};

const KIND_WORDS: Record<JobRead["kind"], string> = {
  import: "Import",
  fit: "Clustering",
  recut: "Re-cut",
  explain: "Explanation",
  revise: "Edit",
  sweep: "Sweep",
};

const STATUS_WORDS: Record<JobStatus, string> = {
  queued: "Waiting",
  running: "Running",
  succeeded: "Finished",
  failed: "Failed",
  cancelled: "Cancelled",
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
