import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RunRead } from "../../../api/contract.ts";
import { algorithmsQuery } from "../../../api/runs.ts";
import { t } from "../../../language/language.ts";
import { DataTable } from "../../../ui/DataTable.tsx";
import { formatSeconds } from "../../../ui/numbers.ts";
import { complete, type Parameter, readParameters, sameValue } from "../algorithmSchema.ts";
import { valueInWords } from "../parameterWords.ts";
import classes from "./compare.module.css";
import { type Cut, cutName, cutTitle } from "../cuts.ts";

interface ParameterDifferencesProps {
  /** The run of each cut. */
  runs: readonly RunRead[];
  cuts: readonly Cut[];
}

/** What was set otherwise; on demand everything that was set. */
export function ParameterDifferences({ runs, cuts }: ParameterDifferencesProps) {
  const [all, setAll] = useState(false);
  const algorithms = useQuery(algorithmsQuery);
  const schema = algorithms.data?.[0]?.schema;
  if (!schema) return null;
  const parameters = readParameters(schema);
  const values = runs.map((run) => complete(parameters, run.parameters));
  const differs = ({ name }: Parameter) =>
    values.some((each) => !sameValue(each[name], values[0]?.[name]));
  const listed = all ? parameters : parameters.filter(differs);
  const facts: { name: string; of: (run: RunRead) => string }[] = [
    { name: t("Method"), of: (run) => run.method },
    { name: t("Columns used"), of: (run) => String(run.n_features) },
    {
      name: t("Time"),
      of: (run) =>
        formatSeconds(Object.values(run.stage_seconds).reduce((sum, one) => sum + one, 0)),
    },
  ];
  return (
    <section className={classes.pair} aria-label={t("What was set otherwise")}>
      <div className={classes.pairHead}>
        <h2>{t("What was set otherwise")}</h2>
        <Checkbox
          size="xs"
          label={t("Show what is the same, too")}
          checked={all}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />
      </div>
      {listed.length === 0 && (
        <p>
          {t("Nothing: the runs were made with the same parameters, or are one run cut twice.")}
        </p>
      )}
      <DataTable label={t("Parameters of each cut")}>
        <thead>
          <tr>
            <th scope="col">{t("Parameter")}</th>
            {cuts.map((cut, at) => (
              <th key={cutName(cut)} scope="col">
                {cutTitle(runs[at] as RunRead, cut.nClusters)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listed.map((parameter) => (
            <tr key={parameter.name} data-differs={differs(parameter) || undefined}>
              <th scope="row">{parameter.title}</th>
              {values.map((each, at) => (
                <td key={cutName(cuts[at] as Cut)}>
                  {valueInWords(parameter, each[parameter.name])}
                </td>
              ))}
            </tr>
          ))}
          {facts.map(({ name, of }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {runs.map((run, at) => (
                <td key={cutName(cuts[at] as Cut)}>{of(run)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </DataTable>
    </section>
  );
}
