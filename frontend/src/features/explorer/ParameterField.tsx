import { NumberInput, SegmentedControl, Select, Tooltip } from "@mantine/core";
import { useId } from "react";
import type { Parameter, ParameterValue } from "./algorithmSchema.ts";
import { sameValue } from "./algorithmSchema.ts";
import classes from "./explorer.module.css";
import { HelpIcon } from "./mapIcons.tsx";
import { valueInWords } from "./parameterWords.ts";
import { t } from "../../language/language.ts";

interface ParameterFieldProps {
  parameter: Parameter;
  value: ParameterValue;
  /** Differs from the run on the screen. */
  changed: boolean;
  /** Why the value can't be sent. */
  mistake: string | undefined;
  onChange: (value: ParameterValue) => void;
}

/** Letters that fit a row of segments in the panel. */
const SEGMENT_LETTERS = 26;

/** One parameter: a control by its kind, its help, and a note when it is not the default. */
export function ParameterField({
  parameter,
  value,
  changed,
  mistake,
  onChange,
}: ParameterFieldProps) {
  const id = useId();
  return (
    <div className={classes.field} data-changed={changed || undefined}>
      <div className={classes.fieldHead}>
        <label htmlFor={id} id={`${id}-label`}>
          {parameter.title}
        </label>
        <Help text={parameter.help} title={parameter.title} />
        {changed && <span className={classes.changed}>{t("changed")}</span>}
        {!sameValue(value, parameter.default) && (
          <span className={classes.fieldDefault}>
            {t("default {value}", { value: valueInWords(parameter, parameter.default) })}
          </span>
        )}
      </div>
      {parameter.kind === "choice" ? (
        <ChoiceField id={id} parameter={parameter} value={value} onChange={onChange} />
      ) : (
        <NumberInput
          id={id}
          size="xs"
          allowDecimal={parameter.kind === "number"}
          value={typeof value === "number" ? value : ""}
          placeholder={parameter.optional ? t("Automatic") : undefined}
          min={parameter.minimum}
          max={parameter.maximum}
          // A value out of range is told, not silently replaced.
          clampBehavior="none"
          error={mistake}
          onChange={(next) => {
            if (typeof next === "number") onChange(next);
            else if (next === "" && parameter.optional) onChange(null);
          }}
        />
      )}
    </div>
  );
}

interface ChoiceFieldProps {
  id: string;
  parameter: Parameter;
  value: ParameterValue;
  onChange: (value: ParameterValue) => void;
}

function ChoiceField({ id, parameter, value, onChange }: ChoiceFieldProps) {
  const letters = parameter.choices.reduce((sum, { label }) => sum + label.length, 0);
  const current = typeof value === "string" ? value : undefined;
  if (letters <= SEGMENT_LETTERS) {
    return (
      <SegmentedControl
        fullWidth
        aria-labelledby={`${id}-label`}
        id={id}
        data={parameter.choices}
        value={current}
        onChange={onChange}
      />
    );
  }
  return (
    <Select
      id={id}
      size="xs"
      allowDeselect={false}
      data={parameter.choices}
      value={current ?? null}
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}

/** What a parameter does, on hover and on focus. */
export function Help({ text, title }: { text: string; title: string }) {
  if (!text) return null;
  return (
    <Tooltip label={text} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      <button
        type="button"
        className={classes.help}
        aria-label={t("About {title}: {text}", { title, text })}
      >
        <HelpIcon />
      </button>
    </Tooltip>
  );
}
