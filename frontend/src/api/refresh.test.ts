import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { refresh } from "./refresh.ts";

/** A query on the screen whose answers are given by hand. */
function watched(queryClient: QueryClient) {
  const answers: ((value: string) => void)[] = [];
  const observer = new QueryObserver(queryClient, {
    queryKey: ["list"],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  });
  observer.subscribe(() => {});
  return { answers, shown: () => observer.getCurrentResult().data };
}

describe("what is on the screen", () => {
  it("is fetched again when its first answer may be older than the change", async () => {
    const queryClient = new QueryClient();
    const { answers, shown } = watched(queryClient);
    const refreshed = refresh(queryClient, { queryKey: ["list"] });
    answers[0]?.("before the change");
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.("after it");
    await refreshed;
    expect(shown()).toBe("after it");
  });

  it("is fetched again once when it was there already", async () => {
    const queryClient = new QueryClient();
    const { answers, shown } = watched(queryClient);
    answers[0]?.("before the change");
    await vi.waitFor(() => expect(shown()).toBe("before the change"));
    const refreshed = refresh(queryClient, { queryKey: ["list"] });
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.("after it");
    await refreshed;
    expect(shown()).toBe("after it");
    expect(answers).toHaveLength(2);
  });

  it("is fetched again also when its first fetch failed", async () => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    let fetches = 0;
    const observer = new QueryObserver(queryClient, {
      queryKey: ["list"],
      queryFn: async () => {
        fetches += 1;
        if (fetches === 1) throw new Error("too early");
        return "after it";
      },
    });
    observer.subscribe(() => {});
    await refresh(queryClient, { queryKey: ["list"] });
    expect(observer.getCurrentResult().data).toBe("after it");
  });
});
