import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it } from "vitest";
import { at, exampleDataset, exampleJob, problem, startFakeServer } from "../../api/fakeServer.ts";
import { jobKeys } from "../../api/jobs.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { ImportPlanForm } from "./ImportPlanForm.tsx";

const server = startFakeServer();
const dataset = exampleDataset();
const plan = dataset.import_plan ?? {};

it("sends the corrected plan and follows the new import", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post(at("/datasets/3/import"), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(exampleJob({ id: 9, kind: "import" }), { status: 202 });
    }),
  );
  const user = userEvent.setup();
  const { queryClient } = renderInApp(<ImportPlanForm dataset={dataset} plan={plan} />);
  await user.click(screen.getByRole("combobox", { name: "Delimiter" }));
  await user.click(screen.getByRole("option", { name: "Semicolon ;", hidden: true }));
  await user.click(screen.getByRole("radio", { name: "Comma 3,14" }));
  await user.click(screen.getByRole("button", { name: "Read again" }));
  await waitFor(() => expect(sent).toEqual([{ plan: { ...plan, delimiter: ";", decimal: "," } }]));
  await waitFor(() =>
    expect(queryClient.getQueryData(jobKeys.one(9))).toMatchObject({ kind: "import" }),
  );
});

it("refuses a decimal mark that is the delimiter, and says which to change", async () => {
  const user = userEvent.setup();
  renderInApp(<ImportPlanForm dataset={dataset} plan={plan} />);
  await user.click(screen.getByRole("radio", { name: "Comma 3,14" }));
  expect(screen.getByText(/delimiter too; change one/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Read again" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Reset" }));
  expect(screen.getByRole("button", { name: "Read again" })).toBeEnabled();
});

it("shows what the service says against a plan", async () => {
  server.use(
    http.post(at("/datasets/3/import"), () =>
      problem(422, "plan_invalid", { remedy: "Leave the setting out." }),
    ),
  );
  const user = userEvent.setup();
  renderInApp(<ImportPlanForm dataset={dataset} plan={plan} />);
  await user.click(screen.getByRole("button", { name: "Read again" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(/Leave the setting out/);
});

it("has nothing to set for files that carry their own types", () => {
  renderInApp(<ImportPlanForm dataset={dataset} plan={{ format: "parquet" }} />);
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.getByText(/nothing to set/)).toBeVisible();
});
