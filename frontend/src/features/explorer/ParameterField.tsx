import { NativeSelect, SegmentedControl, TextInput, Tooltip } from "@mantine/core";
import { useId, useState } from "react";
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
        <NumberField
          id={id}
          parameter={parameter}
          value={value}
          mistake={mistake}
          onChange={onChange}
        />
      )}
    </div>
  );
}

/** What may stand in a field on the way to a number. */
const PART_OF_NUMBER = { integer: /^-?\d*$/, number: /^-?\d*\.?\d*(e-?\d*)?$/i };

/** A number as text: one out of range is told by the form, not silently replaced. */
function NumberField({
  id,
  parameter,
  value,
  mistake,
  onChange,
}: Omit<ParameterFieldProps, "changed"> & { id: string }) {
  // What is being typed; the value stands there again once the field is left.
  const [typed, setTyped] = useState<string | null>(null);
  const { kind, optional } = parameter;
  const type = (text: string) => {
    if (!PART_OF_NUMBER[kind === "number" ? "number" : "integer"].test(text)) return;
    setTyped(text);
    if (text === "" && optional) onChange(null);
    else if (/\d$/.test(text)) onChange(Number(text));
  };
  return (
    <TextInput
      id={id}
      size="xs"
      inputMode={kind === "number" ? "decimal" : "numeric"}
      value={typed ?? (typeof value === "number" ? String(value) : "")}
      placeholder={optional ? t("Automatic") : undefined}
      error={mistake}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      onBlur={() => setTyped(null)}
    />
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
    // The browser's own: it is part of no download, and phones show it well.
    <NativeSelect
      id={id}
      size="xs"
      data={parameter.choices}
      value={current}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
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
