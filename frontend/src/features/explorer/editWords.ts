// Edits in words, for the history and for those who hear it.

import type { EditRead } from "../../api/contract.ts";
import { numberedName } from "./clusterNames.ts";
import { t } from "../../language/language.ts";

/** One line of the history, e.g. "Merged Cluster 0 and Cluster 2"; clusters go by the numbers they had. */
export function editInWords(edit: EditRead): string {
  const clusters = edit.clusters.map(numberedName).join(t(" and "));
  switch (edit.kind) {
    case "merge":
      return t("Merged {clusters}", { clusters });
    case "split":
    case "recluster":
      return edit.n_parts === null
        ? t("Re-clustered {clusters} into parts", { clusters })
        : t("Re-clustered {clusters} into {parts}", { clusters, parts: edit.n_parts });
    case "recluster_rows":
      return edit.n_parts === null
        ? t("Re-clustered {count, plural, one {# row} other {# rows}} into parts", {
            count: edit.n_rows,
          })
        : t("Re-clustered {count, plural, one {# row} other {# rows}} into {parts}", {
            count: edit.n_rows,
            parts: edit.n_parts,
          });
    case "move":
      return edit.target === null
        ? t("Split off {count, plural, one {# row} other {# rows}}", { count: edit.n_rows })
        : t("Moved {count, plural, one {# row} other {# rows}} to {target}", {
            count: edit.n_rows,
            target: numberedName(edit.target),
          });
    case "exclude":
      return t("Excluded {count, plural, one {# row} other {# rows}}", { count: edit.n_rows });
    case "rename":
      return edit.name === null
        ? t("Took the name of {clusters} away", { clusters })
        : t("Named {clusters} “{name}”", { clusters, name: edit.name });
    case "constraints":
      return edit.n_constraints
        ? t("Solved under {count, plural, one {# constraint} other {# constraints}}", {
            count: edit.n_constraints,
          })
        : t("Dropped all constraints");
  }
}
