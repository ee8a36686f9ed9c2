// Layouts that are made when somebody asks for them: UMAP and t-SNE.

import { client, unwrap } from "./client.ts";
import type { JobRead, LayoutRead } from "./contract.ts";

export type MadeLayout = "umap" | "tsne";

/** Asks for a layout of a run: the layout when it is there, else the job that makes it. */
export function layOutRun(runId: number, layout: MadeLayout): Promise<LayoutRead | JobRead> {
  return unwrap(
    client.PUT("/api/v1/runs/{run_id}/layouts/{layout}", {
      params: { path: { run_id: runId, layout } },
    }),
  );
}

/** Whether the layout is there already. */
export function isLayout(answer: LayoutRead | JobRead): answer is LayoutRead {
  return "axes" in answer;
}
