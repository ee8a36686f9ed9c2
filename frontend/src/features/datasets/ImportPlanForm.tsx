import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { DatasetRead, ImportPlan } from "../../api/contract.ts";
import { reimportDataset } from "../../api/datasets.ts";
import { useRememberJob } from "../../api/live.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import {
  DELIMITERS,
  ENCODINGS,
  formFromPlan,
  planComplaints,
  planFormat,
  type PlanForm,
  planFromForm,
} from "./importPlan.ts";
import { t } from "../../language/language.ts";

interface ImportPlanFormProps {
  dataset: DatasetRead;
  plan: ImportPlan;
}

/** How the upload is read, open to correction; sending it reads the same upload again. */
export function ImportPlanForm({ dataset, plan }: ImportPlanFormProps) {
  const [form, setForm] = useState(() => formFromPlan(plan));
  const remember = useRememberJob();
  const reimport = useMutation({
    mutationFn: () => reimportDataset(dataset.id, planFromForm(plan, form)),
    onSuccess: remember,
  });
  const format = planFormat(plan);
  if (format === "other") {
    return (
      <Text c="var(--fg2)">
        {t(
          "Files of this kind carry their own column types; there is nothing to set for reading them.",
        )}
      </Text>
    );
  }
  const set = <Field extends keyof PlanForm>(field: Field, value: PlanForm[Field]) =>
    setForm((before) => ({ ...before, [field]: value }));
  const complaints = planComplaints(form);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reimport.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={t("Import settings")}>
      <Stack gap="md" maw={420}>
        {format === "delimited" ? (
          <DelimitedFields form={form} set={set} complaints={complaints} />
        ) : (
          <TextInput
            label={t("Sheet")}
            description={t("Empty: the first sheet with cells.")}
            value={form.sheet}
            onChange={(event) => set("sheet", event.currentTarget.value)}
          />
        )}
        <Switch
          label={t("The first row holds the column names")}
          checked={form.hasHeader}
          onChange={(event) => set("hasHeader", event.currentTarget.checked)}
        />
        <NumberInput
          label={t("Rows to skip above")}
          description={t("Title lines and comments over the table.")}
          min={0}
          allowDecimal={false}
          allowNegative={false}
          value={form.skipRows}
          error={complaints.skipRows}
          onChange={(value) => set("skipRows", Number(value))}
        />
        <Textarea
          label={t("Texts that mean a missing value")}
          description={t("One a line; empty cells are always missing.")}
          rows={5}
          value={form.nullValues}
          onChange={(event) => set("nullValues", event.currentTarget.value)}
          styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
        />
        {reimport.error && <ProblemAlert problem={asProblem(reimport.error)} />}
        <Group gap="sm">
          <Button
            type="submit"
            loading={reimport.isPending}
            disabled={Object.keys(complaints).length > 0}
          >
            {t("Read again")}
          </Button>
          <Button variant="default" onClick={() => setForm(formFromPlan(plan))}>
            {t("Reset")}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {t(
            "Reads the uploaded file again with these settings. Runs made so far keep the table as it was.",
          )}
        </Text>
      </Stack>
    </form>
  );
}

interface DelimitedFieldsProps {
  form: PlanForm;
  set: <Field extends keyof PlanForm>(field: Field, value: PlanForm[Field]) => void;
  complaints: Partial<Record<keyof PlanForm, string>>;
}

function DelimitedFields({ form, set, complaints }: DelimitedFieldsProps) {
  const delimiters = DELIMITERS.some(({ value }) => value === form.delimiter)
    ? [...DELIMITERS]
    : [...DELIMITERS, { value: form.delimiter, label: `Found: ${form.delimiter}` }];
  const encodings = ENCODINGS.includes(form.encoding) ? ENCODINGS : [form.encoding, ...ENCODINGS];
  return (
    <>
      <Select
        label={t("Delimiter")}
        data={delimiters}
        allowDeselect={false}
        value={form.delimiter}
        error={complaints.delimiter}
        onChange={(value) => set("delimiter", value ?? ",")}
      />
      <div>
        <Text size="sm" c="var(--fg2)" mb={4} id="decimal-mark">
          {t("Decimal mark")}
        </Text>
        <SegmentedControl
          aria-labelledby="decimal-mark"
          value={form.decimal}
          onChange={(value) => set("decimal", value === "," ? "," : ".")}
          data={[
            { value: ".", label: "Point 3.14" },
            { value: ",", label: "Comma 3,14" },
          ]}
        />
        {complaints.decimal && (
          <Text size="sm" c="var(--bad)" mt={4}>
            {complaints.decimal}
          </Text>
        )}
      </div>
      <Select
        label={t("Encoding")}
        data={[...encodings]}
        allowDeselect={false}
        searchable
        value={form.encoding}
        onChange={(value) => set("encoding", value ?? "utf-8")}
      />
      <TextInput
        label={t("Quote")}
        description={t("The mark around cells that hold a delimiter; empty: none.")}
        maxLength={1}
        styles={{ input: { width: 64 } }}
        value={form.quote}
        onChange={(event) => set("quote", event.currentTarget.value)}
      />
    </>
  );
}
