import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { expect, it, vi } from "vitest";
import type { ExportRead } from "../../api/contract.ts";
import { at, exampleJob, startFakeServer } from "../../api/fakeServer.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { DataExport } from "./DataExport.tsx";

const server = startFakeServer();
const NONE: ExportRead = {
  job: null,
  n_bytes: null,
  n_files: null,
  n_missing: null,
  expires_at: null,
};
const RUNNING = exampleJob({
  id: 9,
  kind: "export",
  dataset_id: null,
  stage: "export",
  progress: 0.5,
});

it("is asked for, awaited, and downloaded under the name it comes with", async () => {
  let kept = NONE;
  server.use(
    http.get(at("/users/me/export"), () => HttpResponse.json(kept)),
    http.post(at("/users/me/export"), () => {
      kept = { ...NONE, job: RUNNING };
      return HttpResponse.json(kept, { status: 202 });
    }),
    http.get(at("/jobs/9"), () => HttpResponse.json(kept.job)),
    http.get(at("/users/me/export/archive"), () =>
      HttpResponse.arrayBuffer(new ArrayBuffer(4), {
        headers: { "content-disposition": 'attachment; filename="fiedler-ada.zip"' },
      }),
    ),
  );
  const { queryClient } = renderInApp(<DataExport />);
  await userEvent.click(await screen.findByRole("button", { name: "Export my data" }));
  expect(await screen.findByRole("progressbar")).toHaveAttribute("aria-valuenow", "50");
  expect(screen.queryByRole("button", { name: /Export/ })).not.toBeInTheDocument();
  kept = {
    job: { ...RUNNING, status: "succeeded", progress: 1 },
    n_bytes: 1500,
    n_files: 12,
    n_missing: 1,
    expires_at: "2026-01-09T03:04:05Z",
  };
  queryClient.setQueryData(["jobs", "one", 9], kept.job);
  const saved = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  vi.stubGlobal(
    "URL",
    Object.assign(URL, { createObjectURL: () => "blob:1", revokeObjectURL: () => {} }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Download 1.5 kB" }));
  await waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(saved.mock.instances[0]).toHaveProperty("download", "fiedler-ada.zip");
  expect(screen.getByText(/1 file was gone from the store/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Export again" })).toBeVisible();
});
