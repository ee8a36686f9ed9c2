import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { at, exampleJob, problem, startFakeServer } from "../api/fakeServer.ts";
import { jobKeys } from "../api/jobs.ts";
import { JobProgress, jobTitle } from "./JobProgress.tsx";
import { renderInApp } from "./renderInApp.tsx";

const server = startFakeServer();

describe("a running job", () => {
  it("shows its stage in words and how far it is", () => {
    renderInApp(<JobProgress job={exampleJob({ stage: "embedding", progress: 0.42 })} />);
    expect(screen.getByText("Solving for eigenvectors")).toBeVisible();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "42");
    expect(screen.getByText("42 %")).toBeVisible();
  });

  it("is stopped by its button, and the answer reaches the cache", async () => {
    const stopped = exampleJob({ cancel_requested: true });
    server.use(http.post(at("/jobs/7/cancel"), () => HttpResponse.json(stopped)));
    const { queryClient } = renderInApp(<JobProgress job={exampleJob()} />);
    await userEvent.click(screen.getByRole("button", { name: "Cancel clustering" }));
    await waitFor(() => expect(queryClient.getQueryData(jobKeys.one(7))).toEqual(stopped));
  });

  it("says why it could not be stopped", async () => {
    server.use(http.post(at("/jobs/7/cancel"), () => problem(409, "job_already_finished")));
    renderInApp(<JobProgress job={exampleJob()} />);
    await userEvent.click(screen.getByRole("button", { name: "Cancel clustering" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("job_already_finished");
  });

  it("tells when an attempt before it was lost", () => {
    renderInApp(<JobProgress job={exampleJob({ attempt: 2 })} />);
    expect(screen.getByText(/Attempt 2 of 3/)).toBeVisible();
  });
});

it("offers no cancel for a job that has ended", () => {
  renderInApp(<JobProgress job={exampleJob({ status: "succeeded", progress: 1 })} compact />);
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.getByText("Finished")).toBeVisible();
});

it.each([
  [{ status: "queued", queue_position: 3 }, "Waiting, 3rd in the queue"],
  [
    { status: "queued", queue_position: 12, starts_in_seconds: 90 },
    "12th in the queue, about 2 min",
  ],
  [{ status: "queued", queue_position: 1, starts_in_seconds: 40 }, "Next in the queue, about 40 s"],
  [{ status: "queued", queue_position: 1 }, "Waiting"],
  [{ status: "running", stage: null }, "Starting"],
  [{ status: "running", cancel_requested: true }, "Stopping"],
  [{ status: "running", stage: "unheard_of" }, "Unheard_of"],
] as const)("titles %o as %s", (changes, title) => {
  expect(jobTitle(exampleJob(changes))).toBe(title);
});
