import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RunRead } from "../../api/contract.ts";
import { datasetQuery } from "../../api/datasets.ts";
import { useMayEdit, useMayOwn } from "../../api/rights.ts";
import { openShareDialog } from "../../ui/shareDialog.ts";
import classes from "./explorer.module.css";
import { t } from "../../language/language.ts";

/** The way to share a run of one's own; of somebody else's, whose it is and what one may do. */
export function RunSharing({ run }: { run: RunRead }) {
  const { data: dataset } = useQuery(datasetQuery(run.dataset_id));
  const mayEdit = useMayEdit(run.right);
  const mayOwn = useMayOwn(run.right);
  if (!dataset) return null;
  if (mayOwn) {
    return (
      <Button variant="default" onClick={() => openShareDialog({ dataset, run })}>
        {t("Share")}
      </Button>
    );
  }
  if (run.right === "own") return null;
  return (
    <span className={classes.pill}>
      {mayEdit
        ? t("Shared with you by {owner}, to edit", { owner: dataset.owner })
        : t("Shared with you by {owner}, to view", { owner: dataset.owner })}
    </span>
  );
}
