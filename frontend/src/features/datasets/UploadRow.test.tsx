import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { at, exampleDataset, exampleJob, problem, startFakeServer } from "../../api/fakeServer.ts";
import type { Problem } from "../../api/problem.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { UploadRow } from "./UploadRow.tsx";
import { type Upload, useUploads } from "./uploadQueue.ts";

const server = startFakeServer();
const onExplore = vi.fn();
const onDetails = vi.fn();

const importing = exampleDataset({ status: "importing", n_rows: null, columns: [] });
const importJob = exampleJob({ id: 6, kind: "import", stage: "convert" });

beforeEach(() => {
  onExplore.mockReset();
  onDetails.mockReset();
});

function show(changes: Partial<Upload>) {
  const upload: Upload = {
    id: 1,
    file: new File(["x\n1\n"], "example.csv"),
    state: "sent",
    sentBytes: 4,
    speed: null,
    interrupted: false,
    problem: null,
    dataset: importing,
    opensWhenReady: true,
    ...changes,
  };
  useUploads.setState({ uploads: [upload] });
  return renderInApp(<UploadRow upload={upload} onExplore={onExplore} onDetails={onDetails} />);
}

describe("an upload", () => {
  it("shows how much has been sent and how fast", () => {
    const file = new File([new Uint8Array(2_000)], "example.csv");
    show({ state: "sending", file, sentBytes: 500, speed: 1_000 });
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "25");
    expect(screen.getByText("500 B of 2.0 kB · 25 % · 1.0 kB/s")).toBeVisible();
  });

  it("follows the import and opens Explore when it is done", async () => {
    let done = false;
    server.use(
      http.get(at("/jobs/6"), () =>
        HttpResponse.json({ ...importJob, status: done ? "succeeded" : "running" }),
      ),
      http.get(at("/datasets/3"), () => HttpResponse.json(done ? exampleDataset() : importing)),
    );
    show({});
    expect(await screen.findByText("Converting columns")).toBeVisible();
    done = true;
    await waitFor(() => expect(onExplore).toHaveBeenCalledWith(3), { timeout: 6_000 });
    expect(useUploads.getState().uploads).toEqual([]);
  });

  it("waits to be asked when several files came together", async () => {
    server.use(http.get(at("/datasets/3"), () => HttpResponse.json(exampleDataset())));
    show({ opensWhenReady: false, dataset: exampleDataset() });
    await userEvent.click(screen.getByRole("button", { name: "Explore" }));
    expect(onExplore).toHaveBeenCalledWith(3);
  });

  it("shows why a table could not be read and leads to its settings", async () => {
    const failed = exampleDataset({
      status: "failed",
      error: {
        type: "about:blank",
        title: "No rows",
        status: 422,
        detail: "Only a header.",
        code: "no_rows",
        instance: null,
        remedy: null,
        request_id: null,
      },
    });
    server.use(http.get(at("/datasets/3"), () => HttpResponse.json(failed)));
    show({ dataset: failed });
    expect(screen.getByRole("alert")).toHaveTextContent("Only a header.");
    await userEvent.click(screen.getByRole("button", { name: "Change how it is read" }));
    expect(onDetails).toHaveBeenCalledWith(3);
  });

  it("offers another try only where it may help", async () => {
    const refused = (await problem(415, "unsupported_file_type").json()) as Problem;
    show({ state: "failed", problem: refused });
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
    expect(screen.getByRole("button", { name: "Dismiss" })).toBeVisible();
  });
});
