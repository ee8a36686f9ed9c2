import type { JobRead } from "../../api/contract.ts";
import { stageInWords } from "../../api/jobWords.ts";
import { CheckIcon } from "../../ui/icons.tsx";
import { JobProgress } from "../../ui/JobProgress.tsx";
import classes from "./explorer.module.css";
import { t } from "../../language/language.ts";

/** The stages of a clustering in order; ARCHITECTURE's pipeline. */
const FIT_STAGES = ["features", "graph", "embedding", "partition", "evaluation", "layout"] as const;

type StageState = "done" | "current" | "ahead";

function stateOf(job: JobRead, index: number): StageState {
  const at = FIT_STAGES.findIndex((stage) => stage === job.stage);
  if (job.status === "succeeded" || index < at) return "done";
  return index === at && job.status === "running" ? "current" : "ahead";
}

const STATE_WORDS: Record<StageState, string> = {
  done: t("done"),
  current: t("running"),
  ahead: t("to come"),
};

/** A clustering as it runs, stage by stage, in the place where the map will be. */
export function JobStages({ job, title }: { job: JobRead; title: string }) {
  return (
    <section className={classes.stage} aria-label={t("Progress")}>
      <div className={classes.waiting}>
        <h1>{title}</h1>
        <JobProgress job={job} />
        {job.kind === "fit" && (
          <ol className={classes.stages}>
            {FIT_STAGES.map((stage, index) => {
              const state = stateOf(job, index);
              return (
                <li
                  key={stage}
                  data-state={state}
                  aria-label={`${stageInWords(stage)}: ${STATE_WORDS[state]}`}
                >
                  <i>{state === "done" && <CheckIcon size={12} />}</i>
                  {stageInWords(stage)}
                </li>
              );
            })}
          </ol>
        )}
      </div>
    </section>
  );
}
