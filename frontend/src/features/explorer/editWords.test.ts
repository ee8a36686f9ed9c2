import { expect, it } from "vitest";
import type { EditRead } from "../../api/contract.ts";
import { editInWords } from "./editWords.ts";

function edit(changes: Partial<EditRead>): EditRead {
  return {
    position: 1,
    kind: "merge",
    clusters: [],
    target: null,
    n_rows: 0,
    n_parts: null,
    name: null,
    n_rows_changed: 0,
    n_constraints: null,
    reason: null,
    created_at: "2026-01-02T03:04:05Z",
    ...changes,
  };
}

it.each<[Partial<EditRead>, string]>([
  [{ kind: "merge", clusters: [0, 2] }, "Merged Cluster 0 and Cluster 2"],
  [{ kind: "split", clusters: [1], n_parts: 2 }, "Re-clustered Cluster 1 into 2"],
  [{ kind: "recluster_rows", n_rows: 1200, n_parts: 3 }, "Re-clustered 1,200 rows into 3"],
  [{ kind: "move", n_rows: 1 }, "Split off 1 row"],
  [{ kind: "move", n_rows: 5, target: 1 }, "Moved 5 rows to Cluster 1"],
  [{ kind: "exclude", n_rows: 5 }, "Excluded 5 rows"],
  [{ kind: "rename", clusters: [0], name: "Quiet" }, "Named Cluster 0 “Quiet”"],
  [{ kind: "rename", clusters: [0] }, "Took the name of Cluster 0 away"],
  [{ kind: "constraints", n_constraints: 2 }, "Solved under 2 constraints"],
  [{ kind: "constraints", n_constraints: 0 }, "Dropped all constraints"],
])("says %o as %s", (changes, words) => {
  expect(editInWords(edit(changes))).toBe(words);
});
