import { useQuery } from "@tanstack/react-query";
import type { RunRead } from "../../../api/contract.ts";
import { algorithmsQuery } from "../../../api/runs.ts";
import { t } from "../../../language/language.ts";
import { formatSeconds } from "../../../ui/numbers.ts";
import { complete, readParameters, sameValue } from "../algorithmSchema.ts";
import { valueInWords } from "../parameterWords.ts";

/** How it was computed: the method and why it, what it noted, every parameter. */
export function MethodSection({ run }: { run: RunRead }) {
  const algorithms = useQuery(algorithmsQuery);
  const parameters = readParameters(algorithms.data?.[0]?.schema ?? {});
  const values = complete(parameters, run.parameters);
  const seconds = Object.values(run.stage_seconds).reduce((sum, one) => sum + one, 0);
  return (
    <section aria-label={t("Method")}>
      <h2>{t("Method")}</h2>
      <p>
        {t("Spectral clustering, {method}, in {time}.", {
          method: run.method,
          time: formatSeconds(seconds),
        })}{" "}
        {run.method_reason}
      </p>
      {run.notes.length > 0 && (
        <ul>
          {run.notes.map(({ code, message }) => (
            <li key={`${code} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{t("Parameter")}</th>
            <th scope="col">{t("Value")}</th>
            <th scope="col">{t("Default")}</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map((parameter) => {
            const value = values[parameter.name];
            const chosen = !sameValue(value, parameter.default);
            return (
              <tr key={parameter.name} aria-current={chosen || undefined}>
                <th scope="row">{parameter.title}</th>
                <td>{valueInWords(parameter, value)}</td>
                <td>{valueInWords(parameter, parameter.default)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
