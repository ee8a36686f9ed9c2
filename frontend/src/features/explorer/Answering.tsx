import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import classes from "./profile/profile.module.css";
import { t } from "../../language/language.ts";

interface AnsweringProps<Answer> {
  query: UseQueryResult<Answer>;
  children: (answer: Answer) => ReactNode;
}

/** An answer, the wait for it, or why there is none. */
export function Answering<Answer>({ query, children }: AnsweringProps<Answer>) {
  if (query.error) {
    return <ProblemAlert problem={asProblem(query.error)} onRetry={() => void query.refetch()} />;
  }
  if (query.data === undefined) {
    return (
      <div className={classes.waiting} role="status" aria-label={t("Comparing the rows")}>
        <i style={{ width: "92%" }} />
        <i style={{ width: "64%" }} />
        <i style={{ height: 120 }} />
        <i style={{ height: 46 }} />
      </div>
    );
  }
  return children(query.data);
}
