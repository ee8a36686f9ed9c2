import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { JobRead, RunRead } from "../../api/contract.ts";
import { isFinished, statusInWords } from "../../api/jobWords.ts";
import { isLayout, layOutRun, type MadeLayout } from "../../api/layouts.ts";
import { rememberJob, useJob } from "../../api/live.ts";
import { ApiProblem } from "../../api/problem.ts";
import { refresh } from "../../api/refresh.ts";
import { runKeys } from "../../api/runs.ts";
import { t } from "../../language/language.ts";
import type { LayoutName } from "./exploreView.ts";

export interface RunLayout {
  /** What can be drawn now: the layout wanted, or the fit's own while that one is made. */
  drawn: Exclude<LayoutName, "columns">;
  /** The job that makes the layout wanted, while it waits or runs. */
  job: JobRead | null;
  error: Error | null;
  /** Ask for it again after it failed or was cancelled. */
  retry: () => void;
}

/** A layout of a run; one that is not there is asked for, and followed until it is. */
export function useRunLayout(run: RunRead, wanted: LayoutName): RunLayout {
  const queryClient = useQueryClient();
  const missing = isMade(wanted) && !run.layouts[wanted] ? wanted : null;
  const ask = useMutation({
    mutationFn: (layout: MadeLayout) => layOutRun(run.id, layout),
    onSuccess: (answer) => {
      if (isLayout(answer)) void refresh(queryClient, { queryKey: runKeys.all });
      else rememberJob(queryClient, answer);
    },
  });
  const { mutate, reset } = ask;
  const asked = useRef("");
  useEffect(() => {
    const name = missing ? `${run.id} ${missing}` : "";
    if (asked.current === name) return;
    asked.current = name;
    if (missing) mutate(missing);
    else reset();
  }, [run.id, missing, mutate, reset]);

  const answer = missing && ask.data && !isLayout(ask.data) ? ask.data : null;
  const job = useJob(answer?.id).data ?? answer;
  const ended = job !== null && isFinished(job);
  const succeeded = job?.status === "succeeded";
  useEffect(() => {
    if (succeeded) void refresh(queryClient, { queryKey: runKeys.all });
  }, [succeeded, queryClient]);
  const own = wanted === "columns" || missing ? "features" : wanted;
  return {
    drawn: own,
    job: ended ? null : job,
    error: missing ? (ask.error ?? (ended && !succeeded ? failureOf(job) : null)) : null,
    retry: () => missing && mutate(missing),
  };
}

export function isMade(layout: LayoutName): layout is MadeLayout {
  return layout === "umap" || layout === "tsne";
}

function failureOf({ error, status }: JobRead): Error {
  return new ApiProblem(
    error ?? {
      type: "about:blank",
      title: t("The map was not laid out"),
      status: 0,
      detail: t("The work ended: {status}.", { status: statusInWords(status) }),
      code: "layout_not_made",
      remedy: t("Ask for it again, or choose another layout."),
    },
  );
}
