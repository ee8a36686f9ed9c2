import { Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { Forecast } from "../../api/contract.ts";
import { forecastQuery } from "../../api/forecasts.ts";
import { stageInWords } from "../../api/jobWords.ts";
import { t } from "../../language/language.ts";
import { formatAbout, formatBytes } from "../../ui/numbers.ts";
import type { Parameters } from "./algorithmSchema.ts";
import classes from "./explorer.module.css";

interface ForecastLineProps {
  datasetId: number;
  /** What the run would be asked with, and it can be asked so. */
  parameters: Parameters;
}

/** A number that is being typed is asked about when it has been typed, milliseconds. */
const TYPED_MS = 400;

/** What the run would take, before it is asked for: time, memory, and what takes most of it; or why it would be refused. */
export function ForecastLine({ datasetId, parameters }: ForecastLineProps) {
  const [asked] = useDebouncedValue(JSON.stringify(parameters), TYPED_MS);
  const { data, error } = useQuery(forecastQuery(datasetId, JSON.parse(asked) as Parameters));
  // A forecast is a help, not a condition: without one the run can still be asked for.
  if (error || !data) return null;
  if (data.refusal !== null) {
    return (
      <p className={classes.fieldError} role="status">
        {data.refusal}
      </p>
    );
  }
  return (
    <Tooltip label={detail(data)} multiline w={280}>
      <p className={classes.note} role="status">
        {t("About {time} and {memory}; most of the time for: {stage}", {
          time: formatAbout(data.seconds),
          memory: formatBytes(data.memory_bytes),
          stage: stageInWords(data.longest_stage),
        })}
      </p>
    </Tooltip>
  );
}

function detail({
  method,
  method_reason: reason,
  memory_bound: bound,
  consensus,
}: Forecast): string {
  const sentences = [t("Method: {method}. {reason}", { method, reason })];
  if (consensus) sentences.push(t("Several views are taken, and the best supported is kept."));
  if (bound !== null) sentences.push(t("A run may use {memory}.", { memory: formatBytes(bound) }));
  return sentences.join(" ");
}
