import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { LayoutRead, RunRead } from "../../api/contract.ts";
import { at, exampleJob, exampleRun, problem, startFakeServer } from "../../api/fakeServer.ts";
import { rememberJob } from "../../api/live.ts";
import type { LayoutName } from "./exploreView.ts";
import { useRunLayout } from "./useRunLayout.ts";

const server = startFakeServer();
const layout: LayoutRead = {
  title: "t-SNE of the features",
  axes: ["t-SNE1", "t-SNE2", ""],
  minimum: [0, 0, 0],
  maximum: [1, 1, 1],
  has_3d: false,
};
const run = exampleRun({ layouts: { features: layout } });
const making = exampleJob({ kind: "layout", progress: 0.2 });
let queryClient: QueryClient;
const asked = vi.fn();

beforeEach(() => {
  asked.mockReset();
  queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  server.use(
    http.put(at("/runs/11/layouts/:name"), ({ params }) => {
      asked(params["name"]);
      return HttpResponse.json(making, { status: 202 });
    }),
    http.get(at("/jobs/7"), () => HttpResponse.json(making)),
  );
});

function render(first: RunRead, wanted: LayoutName) {
  return renderHook((props) => useRunLayout(props.run, props.wanted), {
    initialProps: { run: first, wanted },
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    ),
  });
}

describe("a layout of a run", () => {
  it("that is there is drawn and not asked for", () => {
    const { result } = render(run, "features");
    expect(result.current).toMatchObject({ drawn: "features", job: null, error: null });
    expect(asked).not.toHaveBeenCalled();
  });

  it("that is missing is asked for once; the features are drawn until the run has it", async () => {
    const { result, rerender } = render(run, "tsne");
    await waitFor(() => expect(result.current.job?.progress).toBe(0.2));
    expect(result.current.drawn).toBe("features");
    rerender({ run, wanted: "tsne" });
    const made = { ...run, layouts: { ...run.layouts, tsne: layout } };
    rerender({ run: made, wanted: "tsne" });
    expect(result.current).toMatchObject({ drawn: "tsne", job: null, error: null });
    expect(asked.mock.calls).toEqual([["tsne"]]);
  });

  it("that failed says why, until another is chosen or it is asked for again", async () => {
    const { result, rerender } = render(run, "umap");
    await waitFor(() => expect(result.current.job).not.toBeNull());
    const error = { type: "about:blank", title: "Too few rows", status: 422, code: "too_few_rows" };
    rememberJob(queryClient, {
      ...making,
      status: "failed",
      error: { ...error, detail: "9 rows", instance: null, remedy: null, request_id: null },
    });
    await waitFor(() => expect(result.current.error?.message).toBe("9 rows"));
    expect(result.current).toMatchObject({ drawn: "features", job: null });
    rerender({ run, wanted: "features" });
    expect(result.current.error).toBeNull();
    rerender({ run, wanted: "umap" });
    await waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
  });

  it("that is refused is an error", async () => {
    server.use(http.put(at("/runs/11/layouts/umap"), () => problem(403, "not_allowed")));
    const { result } = render(run, "umap");
    await waitFor(() => expect(result.current.error).toMatchObject({ code: "not_allowed" }));
  });
});
