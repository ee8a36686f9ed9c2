import { describe, expect, it } from "vitest";
import { exampleDataset } from "../../api/fakeServer.ts";
import { formFromPlan, planComplaints, planFromForm } from "./importPlan.ts";

const plan = exampleDataset().import_plan ?? {};

describe("an import plan", () => {
  it("comes back from an untouched form as it was", () => {
    expect(planFromForm(plan, formFromPlan(plan))).toEqual(plan);
  });

  it("keeps what the form does not show", () => {
    const changed = planFromForm(plan, { ...formFromPlan(plan), delimiter: ";", decimal: "," });
    expect(changed).toEqual({ ...plan, delimiter: ";", decimal: "," });
  });

  it("has no quote when the field is empty, and drops blank null values", () => {
    const form = { ...formFromPlan(plan), quote: "", nullValues: "NA\n\n  missing \n" };
    expect(planFromForm(plan, form)).toMatchObject({ quote: null, null_values: ["NA", "missing"] });
  });

  it("gives a header that is turned on a line of its own", () => {
    const headless = { ...plan, has_header: false, header_rows: 0 };
    const form = { ...formFromPlan(headless), hasHeader: true };
    expect(planFromForm(headless, form)).toMatchObject({ has_header: true, header_rows: 1 });
  });

  it("of a Parquet file is sent back unchanged", () => {
    const parquet = { format: "parquet" };
    expect(planFromForm(parquet, formFromPlan(parquet))).toEqual(parquet);
  });
});

describe("a form", () => {
  it("is refused when delimiter and decimal mark are the same", () => {
    const form = { ...formFromPlan(plan), decimal: "," as const };
    expect(planComplaints(form)).toHaveProperty("decimal");
    expect(planComplaints({ ...form, delimiter: ";" })).toEqual({});
  });

  it("is refused with a delimiter of several characters, save any white space", () => {
    expect(planComplaints({ ...formFromPlan(plan), delimiter: "::" })).toHaveProperty("delimiter");
    expect(planComplaints({ ...formFromPlan(plan), delimiter: "whitespace" })).toEqual({});
  });
});
