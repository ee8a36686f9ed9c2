// Edits in words, for the history and for those who hear it.

import type { EditRead } from "../../../api/contract.ts";
import { plural } from "../../../ui/numbers.ts";
import { numberedName } from "../clusterNames.ts";

/** One line of the history, e.g. "Merged Cluster 0 and Cluster 2"; clusters go by the numbers they had. */
export function editInWords(edit: EditRead): string {
  const clusters = edit.clusters.map(numberedName).join(" and ");
  switch (edit.kind) {
    case "merge":
      return `Merged ${clusters}`;
    case "split":
    case "recluster":
      return `Re-clustered ${clusters} into ${edit.n_parts ?? "parts"}`;
    case "recluster_rows":
      return `Re-clustered ${plural(edit.n_rows, "row")} into ${edit.n_parts ?? "parts"}`;
    case "move":
      return edit.target === null
        ? `Split off ${plural(edit.n_rows, "row")}`
        : `Moved ${plural(edit.n_rows, "row")} to ${numberedName(edit.target)}`;
    case "exclude":
      return `Excluded ${plural(edit.n_rows, "row")}`;
    case "rename":
      return edit.name === null
        ? `Took the name of ${clusters} away`
        : `Named ${clusters} “${edit.name}”`;
    case "constraints":
      return edit.n_constraints
        ? `Solved under ${plural(edit.n_constraints, "constraint")}`
        : "Dropped all constraints";
  }
}
