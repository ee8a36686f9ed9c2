import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { JobPage } from "./contract.ts";
import { datasetKeys } from "./datasets.ts";
import { at, exampleDataset, exampleJob, startFakeServer } from "./fakeServer.ts";
import { jobKeys, jobQuery } from "./jobs.ts";
import { LiveContext, rememberJob, useImport, useJob, useLiveStatus } from "./live.ts";
import type { LiveChannel } from "./liveChannel.ts";
import { runKeys } from "./runs.ts";

const server = startFakeServer();
let queryClient: QueryClient;
let invalidated: unknown[];

beforeEach(() => {
  queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  invalidated = [];
  useLiveStatus.setState({ status: "open" });
});

function recordInvalidations() {
  vi.spyOn(queryClient, "invalidateQueries").mockImplementation((filters) => {
    invalidated.push(filters?.queryKey);
    return Promise.resolve();
  });
}

describe("a job that arrives live", () => {
  it("is not replaced, once it has ended, by an answer given before", async () => {
    let answer: (() => void) | undefined;
    server.use(
      http.get(at("/jobs/7"), async () => {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return HttpResponse.json(exampleJob({ status: "running" }));
      }),
    );
    const read = queryClient.fetchQuery(jobQuery(7));
    await vi.waitFor(() => expect(answer).toBeDefined());
    rememberJob(queryClient, exampleJob({ status: "succeeded" }));
    answer?.();
    await read;
    expect(queryClient.getQueryData(jobKeys.one(7))).toMatchObject({ status: "succeeded" });
  });

  it("replaces itself in the cache and in every list that holds it", () => {
    const page: JobPage = { items: [exampleJob(), exampleJob({ id: 8 })], next_cursor: null };
    queryClient.setQueryData(jobKeys.list({}), page);
    queryClient.setQueryData(jobKeys.one(7), exampleJob());
    recordInvalidations();
    rememberJob(queryClient, exampleJob({ progress: 0.8 }));
    expect(queryClient.getQueryData(jobKeys.one(7))).toMatchObject({ progress: 0.8 });
    expect(
      queryClient.getQueryData<JobPage>(jobKeys.list({}))?.items.map((j) => j.progress),
    ).toEqual([0.8, 0.35]);
    expect(invalidated).toEqual([]);
  });

  it("refreshes the lists when it is new to them", () => {
    recordInvalidations();
    rememberJob(queryClient, exampleJob());
    expect(invalidated).toEqual([jobKeys.lists]);
  });

  it("refreshes the runs when a clustering has ended, once", () => {
    recordInvalidations();
    rememberJob(queryClient, exampleJob({ status: "succeeded" }));
    rememberJob(queryClient, exampleJob({ status: "succeeded" }));
    expect(invalidated.filter((key) => key === runKeys.all)).toHaveLength(1);
  });

  it("refreshes the datasets when an import changes its state", () => {
    recordInvalidations();
    rememberJob(queryClient, exampleJob({ kind: "import", status: "failed" }));
    expect(invalidated).toContain(datasetKeys.all);
  });
});

describe("following jobs", () => {
  const subscribe = vi.fn();
  const unsubscribe = vi.fn();

  function wrapper({ children }: { children: ReactNode }) {
    return (
      <QueryClientProvider client={queryClient}>
        <LiveContext value={{ subscribe } as unknown as LiveChannel}>{children}</LiveContext>
      </QueryClientProvider>
    );
  }

  beforeEach(() => {
    subscribe.mockReset().mockReturnValue(unsubscribe);
    unsubscribe.mockReset();
  });

  it("subscribes while the job runs and lets go when it has ended", async () => {
    server.use(http.get(at("/jobs/7"), () => HttpResponse.json(exampleJob())));
    const { result } = renderHook(() => useJob(7), { wrapper });
    await waitFor(() => expect(result.current.data?.status).toBe("running"));
    expect(subscribe).toHaveBeenCalledWith(7);
    rememberJob(queryClient, exampleJob({ status: "cancelled" }));
    await waitFor(() => expect(result.current.data?.status).toBe("cancelled"));
    expect(unsubscribe).toHaveBeenCalled();
  });

  it("asks by itself while the live channel is down", async () => {
    useLiveStatus.setState({ status: "waiting" });
    let asked = 0;
    server.use(
      http.get(at("/jobs/7"), () => {
        asked += 1;
        return HttpResponse.json(exampleJob({ status: asked > 1 ? "succeeded" : "running" }));
      }),
    );
    const { result } = renderHook(() => useJob(7), { wrapper });
    await waitFor(() => expect(result.current.data?.status).toBe("succeeded"), { timeout: 4_000 });
  });

  it("refreshes a dataset whose import had ended before anyone listened", async () => {
    const importing = exampleDataset({ status: "importing", n_rows: null });
    server.use(
      http.get(at("/jobs/6"), () =>
        HttpResponse.json(exampleJob({ id: 6, kind: "import", status: "succeeded" })),
      ),
    );
    recordInvalidations();
    renderHook(() => useImport(importing), { wrapper });
    await waitFor(() => expect(invalidated).toContain(datasetKeys.all));
  });
});
