// Jobs as they happen. The live channel writes into the query cache; components read the cache.
import {
  type QueryClient,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { createContext, use, useEffect } from "react";
import { create } from "zustand";
import type { DatasetRead, JobPage, JobRead } from "./contract.ts";
import { datasetKeys } from "./datasets.ts";
import { type JobFilter, jobKeys, jobQuery, jobsQuery } from "./jobs.ts";
import { isFinished } from "./jobWords.ts";
import type { LiveChannel, LiveStatus } from "./liveChannel.ts";
import { refresh } from "./refresh.ts";
import { runKeys } from "./runs.ts";

export const LiveContext = createContext<LiveChannel | null>(null);

/** Whether the page hears from the server at this moment. */
export const useLiveStatus = create<{ status: LiveStatus }>(() => ({ status: "off" }));

/** How often a job is asked for while the live channel is down. */
const FALLBACK_POLL_MS = 2_000;

/**
 * One job, kept current over the live channel while the component is shown. Without a job id the
 * query is idle.
 */
export function useJob(jobId: number | null | undefined): UseQueryResult<JobRead> {
  const channel = use(LiveContext);
  const live = useLiveStatus((state) => state.status === "open");
  const query = useQuery({
    ...jobQuery(jobId ?? 0),
    enabled: jobId !== null && jobId !== undefined,
    refetchInterval: ({ state }) =>
      !live && state.data && !isFinished(state.data) ? FALLBACK_POLL_MS : false,
  });
  const finished = query.data ? isFinished(query.data) : false;
  useEffect(() => {
    if (channel && jobId !== null && jobId !== undefined && !finished) {
      return channel.subscribe(jobId);
    }
  }, [channel, jobId, finished]);
  return query;
}

/**
 * The import of a dataset while it runs, as `useJob`. Its end refreshes the dataset, also when it
 * came before this page listened.
 */
export function useImport(dataset: DatasetRead | undefined): UseQueryResult<JobRead> {
  const queryClient = useQueryClient();
  const job = useJob(dataset?.status === "importing" ? dataset.import_job_id : null);
  const finished = job.data ? isFinished(job.data) : false;
  useEffect(() => {
    if (finished) void refresh(queryClient, { queryKey: datasetKeys.all });
  }, [finished, queryClient]);
  return job;
}

/** The newest jobs that match, kept current over the live channel while the component is shown. */
export function useJobs(filter: JobFilter = {}): UseQueryResult<JobPage> {
  const live = useLiveStatus((state) => state.status === "open");
  return useQuery({
    ...jobsQuery(filter),
    refetchInterval: ({ state }) =>
      !live && state.data?.items.some((job) => !isFinished(job)) ? FALLBACK_POLL_MS : false,
  });
}

/** For code that starts a job and needs it current before any component follows it. */
export function useRememberJob(): (job: JobRead) => void {
  const queryClient = useQueryClient();
  return (job) => rememberJob(queryClient, job);
}

/** Writes a job into every cached place that shows it, and refreshes what its end has changed. */
export function rememberJob(queryClient: QueryClient, job: JobRead): void {
  const before = queryClient.getQueryData<JobRead>(jobKeys.one(job.id));
  queryClient.setQueryData(jobKeys.one(job.id), job);
  let listed = false;
  queryClient.setQueriesData<JobPage>({ queryKey: jobKeys.lists }, (page) => {
    if (!page?.items.some((item) => item.id === job.id)) return page;
    listed = true;
    return { ...page, items: page.items.map((item) => (item.id === job.id ? job : item)) };
  });
  if (!listed || before?.status !== job.status) {
    void refresh(queryClient, { queryKey: jobKeys.lists, ...urgency(job) });
  }
  if (before?.status !== job.status) refreshAfter(queryClient, job);
}

/** An import changes its dataset from the first to the last; a fit or re-cut only by its end. */
function refreshAfter(queryClient: QueryClient, job: JobRead): void {
  if (job.kind === "import") {
    void refresh(queryClient, { queryKey: datasetKeys.all });
  } else if (isFinished(job)) {
    void refresh(queryClient, { queryKey: runKeys.all, ...urgency(job) });
  }
}

/**
 * The page that asked for a re-cut has its answer already and is about to draw it: what else shows it
 * may be fetched when next looked at.
 */
function urgency(job: JobRead): { refetchType?: "none" } {
  return job.kind === "recut" ? { refetchType: "none" } : {};
}
