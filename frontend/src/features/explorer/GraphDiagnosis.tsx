import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { GraphDiagnosis as Diagnosis, PartitionRead } from "../../api/contract.ts";
import { diagnosisQuery } from "../../api/explanations.ts";
import { formatCount } from "../../ui/numbers.ts";
import classes from "./explorer.module.css";
import { Answering } from "./Answering.tsx";
import { t } from "../../language/language.ts";

/** What is conspicuous about the graph the clusters were cut from, looked at when it is unfolded. */
export function GraphDiagnosis({ partition }: { partition: PartitionRead }) {
  const [open, setOpen] = useState(false);
  const query = useQuery({ ...diagnosisQuery(partition), enabled: open });
  return (
    <details
      className={classes.section}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{t("Diagnosis of the graph")}</summary>
      {open && <Answering query={query}>{(found) => <Findings found={found} />}</Answering>}
    </details>
  );
}

function Findings({ found }: { found: Diagnosis }) {
  const parts = found.part_sizes.length;
  return (
    <div className={classes.notes}>
      <p>
        {t("{n_links} links between {n_vertices} {vertices}, ", {
          n_links: formatCount(found.n_links),
          n_vertices: formatCount(found.n_vertices),
          vertices: found.vertices,
        })}
        {parts === 1
          ? t("in one part")
          : t("in {count, plural, one {# part} other {# parts}}", { count: parts })}
        {t("; a median of {links} links each.", { links: found.links["median"] ?? "–" })}
      </p>
      {found.findings.length === 0 ? (
        <p>{t("Nothing is conspicuous.")}</p>
      ) : (
        <ul>
          {found.findings.map(({ code, message, advice }) => (
            <li key={code}>
              {message} <b>{advice}</b>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
