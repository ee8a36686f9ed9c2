// For tests: a server that answers in the contract's types, and examples of its objects.
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { DatasetRead, JobRead, RunRead, TokenRead, UserRead } from "./contract.ts";
import type { Problem } from "./problem.ts";
import { forgetSession, useSession } from "./session.ts";

/** Any address of the service. */
export function at(path: string): string {
  return `*/api/v1${path}`;
}

/** Starts a server for the tests of a file. A request it does not know fails the test. */
export function startFakeServer() {
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => {
    server.resetHandlers();
    forgetSession();
    useSession.setState({ status: "unknown", user: null });
  });
  afterAll(() => server.close());
  return server;
}

/** A failure as the service words it. */
export function problem(status: number, code: string, changes: Partial<Problem> = {}) {
  const body: Problem = {
    type: "about:blank",
    title: `Title of ${code}`,
    status,
    detail: `Detail of ${code}.`,
    code,
    instance: null,
    remedy: null,
    request_id: "r-1",
    ...changes,
  };
  return new HttpResponse(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

/** Lets the refresh cookie sign in, as after a reload. */
export function signedInByCookie(changes: Partial<UserRead> = {}) {
  return http.post(at("/auth/refresh"), () => HttpResponse.json(exampleToken(changes)));
}

/** Lets nobody in by cookie. */
export function signedOut() {
  return http.post(at("/auth/refresh"), () => problem(401, "not_signed_in"));
}

/** How people get in: who may register, and the provider's name if there is one. */
export function signInOptions(
  registration: "open" | "invited" | "closed",
  provider: string | null = null,
) {
  return http.get(at("/auth/options"), () => HttpResponse.json({ registration, provider }));
}

export function exampleUser(changes: Partial<UserRead> = {}): UserRead {
  return {
    id: 1,
    username: "owner",
    email: "owner@example.org",
    role: "admin",
    has_password: true,
    created_at: "2026-01-02T03:04:05Z",
    ...changes,
  };
}

export function exampleToken(changes: Partial<UserRead> = {}): TokenRead {
  return {
    access_token: "token-1",
    token_type: "bearer",
    expires_in: 1800,
    user: exampleUser(changes),
  };
}

export function exampleJob(changes: Partial<JobRead> = {}): JobRead {
  return {
    id: 7,
    kind: "fit",
    lane: "normal",
    status: "running",
    dataset_id: 3,
    run_id: null,
    stage: "graph",
    progress: 0.35,
    message: "",
    attempt: 1,
    max_attempts: 3,
    cancel_requested: false,
    error: null,
    priority: "normal",
    parent_id: null,
    queue_position: null,
    starts_in_seconds: null,
    created_at: "2026-01-02T03:04:05Z",
    started_at: "2026-01-02T03:04:06Z",
    finished_at: null,
    ...changes,
  };
}

export function exampleDataset(changes: Partial<DatasetRead> = {}): DatasetRead {
  return {
    id: 3,
    name: "example.csv",
    original_name: "example.csv",
    upload_bytes: 2_048,
    status: "ready",
    n_rows: 200,
    n_columns: 2,
    columns: [
      {
        name: "x",
        type: "float",
        missing: 0,
        distinct: 200,
        minimum: -1,
        maximum: 1,
        mean: 0.25,
        role: "feature",
        role_reason: "numbers that vary",
        examples: ["0.5"],
      },
      {
        name: "kind",
        type: "text",
        missing: 3,
        distinct: 2,
        role: "label",
        role_reason: "2 values in 200 rows",
        examples: ["a", "b"],
      },
    ],
    import_plan: {
      format: "delimited",
      encoding: "utf-8",
      delimiter: ",",
      quote: '"',
      decimal: ".",
      has_header: true,
      header_rows: 1,
      skip_rows: 0,
      null_values: ["NA", "?"],
      column_roles: { kind: "label" },
    },
    import_report: { notes: [] },
    error: null,
    import_job_id: 6,
    right: "own",
    owner: "owner",
    created_at: "2026-01-02T03:04:05Z",
    expires_at: null,
    ...changes,
  };
}

export function exampleRun(changes: Partial<RunRead> = {}): RunRead {
  return {
    id: 11,
    dataset_id: 3,
    job_id: 7,
    number: 1,
    parameters: {},
    n_rows: 200,
    n_features: 1,
    columns: ["x"],
    method: "exact",
    method_reason: "200 rows are few",
    eigenvalues: [0, 0.01, 0.4],
    residual_norms: [0, 0, 0],
    suggestions: [],
    notes: [],
    stage_seconds: { graph: 0.2, embedding: 0.3 },
    layouts: {},
    n_clusters: 2,
    partition: {
      id: 12,
      run_id: 11,
      n_clusters: 2,
      silhouette: 0.51,
      silhouette_sample_size: 200,
      clusters: [],
      key: "c2",
      position: 0,
      n_excluded: 0,
      consensus: null,
      created_at: "2026-01-02T03:04:05Z",
    },
    max_clusters: 20,
    right: "own",
    owner: "owner",
    created_at: "2026-01-02T03:04:05Z",
    expires_at: null,
    ...changes,
  };
}
