// The service's shapes under short names.
import type { Problem } from "./problem.ts";

export interface UserRead {
  id: number;
  username: string;
  email: string;
  role: "admin" | "user" | "viewer";
  has_password: boolean;
  created_at: string;
}

export interface TokenRead {
  access_token: string;
  token_type: string;
  expires_in: number;
  user: UserRead;
}

export type ColumnType = "integer" | "float" | "boolean" | "text" | "datetime";
export type ColumnRole = "feature" | "label" | "identifier" | "ignored";

export interface ColumnRead {
  name: string;
  type: ColumnType;
  missing: number;
  distinct: number;
  minimum: number | string | null;
  maximum: number | string | null;
  mean: number | null;
  role: ColumnRole;
  role_reason: string;
  examples: string[];
}

/** How an upload is read; unknown keys are kept as the service sent them. */
export type ImportPlan = Record<string, unknown>;

export interface ImportNote {
  code: string;
  message: string;
  column?: string | null;
  count?: number | null;
}

export interface DatasetRead {
  id: number;
  name: string;
  original_name: string;
  upload_bytes: number;
  status: "importing" | "ready" | "failed";
  n_rows: number | null;
  n_columns: number | null;
  columns: ColumnRead[];
  import_plan: ImportPlan | null;
  import_report: { notes: ImportNote[] } | null;
  error: Problem | null;
  import_job_id: number | null;
  created_at: string;
}

export interface DatasetPreview {
  columns: string[];
  rows: (string | null)[][];
}

export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface JobRead {
  id: number;
  kind: "import" | "fit" | "recut";
  lane: "normal" | "interactive";
  status: JobStatus;
  dataset_id: number | null;
  run_id: number | null;
  stage: string | null;
  /** Of the whole job, 0 to 1. */
  progress: number;
  message: string | null;
  attempt: number;
  max_attempts: number;
  cancel_requested: boolean;
  error: Problem | null;
  queue_position: number | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface ClusterRead {
  label: number;
  size: number;
  silhouette: number | null;
}

export interface PartitionRead {
  id: number;
  run_id: number;
  n_clusters: number;
  silhouette: number | null;
  silhouette_sample_size: number;
  clusters: ClusterRead[];
  created_at: string;
}

export interface Suggestion {
  n_clusters: number;
  score: number;
  ratio: number;
  eigengap: number;
  reasons: string[];
}

export interface LayoutRead {
  title: string;
  axes: string[];
  minimum: number[];
  maximum: number[];
  has_3d: boolean;
}

export interface RunRead {
  id: number;
  dataset_id: number;
  job_id: number | null;
  /** 1.. within the dataset. */
  number: number;
  parameters: Record<string, unknown>;
  n_rows: number;
  n_features: number;
  columns: string[];
  method: string;
  method_reason: string;
  /** Ascending. */
  eigenvalues: number[];
  residual_norms: number[];
  /** Best first. */
  suggestions: Suggestion[];
  notes: { code: string; message: string }[];
  stage_seconds: Record<string, number>;
  layouts: Record<string, LayoutRead>;
  n_clusters: number;
  partition: PartitionRead;
  max_clusters: number;
  created_at: string;
}

export interface AlgorithmRead {
  name: string;
  title: string;
  schema: Record<string, unknown>;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export type JobPage = Page<JobRead>;
export type RunPage = Page<RunRead>;
export type DatasetPage = Page<DatasetRead>;
