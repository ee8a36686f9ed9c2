import { ActionIcon, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { t } from "../../../language/language.ts";
import type { Parameter } from "../algorithmSchema.ts";
import { readValues } from "./gridValues.ts";

/** The values to try of one parameter: choices that are ticked, or numbers as they were typed. */
export type Trial = string[] | string;

interface GridFieldProps {
  parameter: Parameter;
  trial: Trial;
  onChange: (trial: Trial) => void;
  onRemove: () => void;
}

/** One parameter of a grid: which of its values are tried. */
export function GridField({ parameter, trial, onChange, onRemove }: GridFieldProps) {
  const { title } = parameter;
  return (
    <Group align="flex-start" wrap="nowrap" gap="sm">
      <div style={{ flex: 1 }}>
        {typeof trial === "string" ? (
          <TextInput
            label={title}
            description={t("Numbers such as 5, 10, 20, or a range such as 5 to 25 by 5")}
            value={trial}
            error={readValues(parameter, trial).mistake}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        ) : (
          <Checkbox.Group label={title} value={trial} onChange={onChange}>
            <Stack gap={6} mt={4}>
              {parameter.choices.map(({ value, label }) => (
                <Checkbox key={value} value={value} label={label} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t("Vary {title} no more", { title })}
        onClick={onRemove}
      >
        <Text span aria-hidden>
          ×
        </Text>
      </ActionIcon>
    </Group>
  );
}

/** What a parameter's field starts with: every choice, or the value it has and its double. */
export function firstTrial(parameter: Parameter, current: unknown): Trial {
  if (parameter.kind === "choice") return parameter.choices.map(({ value }) => value);
  const start = typeof current === "number" ? current : parameter.default;
  if (typeof start !== "number") return "";
  const double = Math.min(start * 2, parameter.maximum ?? Number.POSITIVE_INFINITY);
  return double === start ? String(start) : `${start}, ${double}`;
}

/** The values to send of one parameter; empty when there is a mistake or nothing is chosen. */
export function valuesOf(parameter: Parameter, trial: Trial): (string | number)[] {
  if (typeof trial !== "string") return trial;
  const { values, mistake } = readValues(parameter, trial);
  return mistake === null ? values : [];
}
