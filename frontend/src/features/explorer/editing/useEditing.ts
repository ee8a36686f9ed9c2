// The edits of what is on the screen: one after the other, undone and done again, in step with other tabs.

import { notifications } from "@mantine/notifications";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type {
  ConstraintSet,
  Edit,
  History,
  JobRead,
  PartitionRead,
  Revised,
  RunRead,
} from "../../../api/contract.ts";
import {
  announceEdit,
  editClusters,
  followEdits,
  goToEdit,
  historyKey,
  historyQuery,
  isRevised,
} from "../../../api/edits.ts";
import { asProblem } from "../../../api/problem.ts";
import { useMayEdit } from "../../../api/rights.ts";
import { runQuery } from "../../../api/runs.ts";
import { finished, isOther, type ShownPartition, takeEdited } from "../partitions.ts";
import { editInWords } from "../editWords.ts";

const NO_CONSTRAINTS: ConstraintSet = { must_link: [], cannot_link: [], labelled_rows: [] };

export interface Editing {
  history: History | undefined;
  /** The user may change the clusters; else nothing below does. */
  mayEdit: boolean;
  /** An edit is on its way. */
  busy: boolean;
  /** What the last edit did, in words. */
  told: string;
  constraints: ConstraintSet;
  apply: (edit: Edit) => void;
  /** Show the clusters as they were after the first `position` edits. */
  goTo: (position: number) => void;
  /** Null when there is nothing to undo, or to do again. */
  undo: (() => void) | null;
  redo: (() => void) | null;
  /** Rows of the first side of a cannot-link whose other side is not chosen yet. */
  firstSide: readonly number[] | null;
  setFirstSide: (rows: readonly number[] | null) => void;
}

/** The edits of a run's partition; `onEdited` is called when labels mean other clusters than before. */
export function useEditing(
  run: RunRead,
  shown: ShownPartition | null,
  onEdited: () => void,
): Editing {
  const client = useQueryClient();
  const mayEdit = useMayEdit(run.right);
  const partition = shown?.partition;
  const [waiting, setWaiting] = useState(0);
  const [told, setTold] = useState("");
  const [firstSide, setFirstSide] = useState<readonly number[] | null>(null);
  const { data: history } = useQuery({
    ...historyQuery(run.id, partition?.n_clusters ?? 0),
    enabled: partition !== undefined && partition.run_id === run.id,
  });
  // Edits asked for while another is on its way are meant for what comes of it.
  const latest = useRef<PartitionRead | undefined>(partition);
  const queue = useRef(Promise.resolve());
  const edited = useRef(onEdited);
  useEffect(() => {
    latest.current = partition;
  }, [partition]);
  useEffect(() => {
    edited.current = onEdited;
  });
  useRefresh(client, run, partition);

  const enqueue = useCallback(
    (ask: (now: PartitionRead) => Promise<Revised | JobRead>) => {
      if (!mayEdit) return;
      setWaiting((count) => count + 1);
      queue.current = queue.current.then(async () => {
        const now = latest.current;
        if (!now) return;
        try {
          const before = now.key;
          const revised = await settled(client, now, await ask(now));
          latest.current = revised.partition;
          client.setQueryData(historyKey(now.run_id, now.n_clusters), revised.history);
          await takeEdited(client, revised.partition);
          announceEdit(now.run_id);
          if (revised.partition.key !== before) edited.current();
          setTold(inWords(revised, now.position));
        } catch (error) {
          complain(error);
          const fresh = await refreshed(client, now.run_id, now).catch(() => undefined);
          if (fresh) latest.current = fresh;
        }
      });
      queue.current = queue.current.finally(() => setWaiting((count) => count - 1));
    },
    [client, mayEdit],
  );
  const goTo = useCallback(
    (position: number) => enqueue((now) => goToEdit(now, position)),
    [enqueue],
  );
  const apply = useCallback((edit: Edit) => enqueue((now) => editClusters(now, edit)), [enqueue]);
  const position = history?.position ?? 0;
  const step = useCallback(
    // Pressed several times in a row, each goes on from the one before.
    (by: number) => enqueue((now) => goToEdit(now, now.position + by)),
    [enqueue],
  );
  const canUndo = mayEdit && position > 0;
  const canRedo = mayEdit && position < (history?.edits.length ?? 0);
  return useMemo(
    () => ({
      history,
      mayEdit,
      busy: waiting > 0,
      told,
      constraints: history?.constraints ?? NO_CONSTRAINTS,
      apply,
      goTo,
      undo: canUndo ? () => step(-1) : null,
      redo: canRedo ? () => step(1) : null,
      firstSide,
      setFirstSide,
    }),
    [history, mayEdit, waiting, told, apply, goTo, step, canUndo, canRedo, firstSide],
  );
}

/** The outcome of an edit, waited for when it takes longer. */
async function settled(
  client: QueryClient,
  now: PartitionRead,
  answer: Revised | JobRead,
): Promise<Revised> {
  if (isRevised(answer)) return answer;
  await finished(answer, new AbortController().signal);
  const { run_id: runId, n_clusters } = now;
  const [run, history] = await Promise.all([
    client.fetchQuery({ ...runQuery(runId), staleTime: 0 }),
    client.fetchQuery({ ...historyQuery(runId, n_clusters), staleTime: 0 }),
  ]);
  return { partition: run.partition, history };
}

/** What is kept of a run's clusters now, brought to the screen when it is another than `shown`. */
async function refreshed(
  client: QueryClient,
  runId: number,
  shown: PartitionRead,
): Promise<PartitionRead> {
  const run = await client.fetchQuery({ ...runQuery(runId), staleTime: 0 });
  const current = run.partition;
  client.removeQueries({
    queryKey: ["partition", runId],
    predicate: ({ queryKey }) => queryKey[2] !== shown.n_clusters,
  });
  await client.invalidateQueries({ queryKey: ["edits", runId] });
  if (current.n_clusters !== shown.n_clusters || !isOther(current, shown)) return shown;
  await takeEdited(client, current);
  return current;
}

/** Follows edits made in other tabs and elsewhere: when they tell of one, and when this tab comes back. */
function useRefresh(client: QueryClient, run: RunRead, partition: PartitionRead | undefined) {
  const now = useRef(partition);
  useEffect(() => {
    now.current = partition;
  }, [partition]);
  useEffect(() => {
    const refresh = () => {
      // What cannot be asked now is asked when the tab comes back.
      if (now.current) void refreshed(client, run.id, now.current).catch(() => {});
    };
    const comeBack = () => {
      if (document.visibilityState === "visible") refresh();
    };
    const stop = followEdits((runId) => {
      if (runId === run.id) refresh();
    });
    document.addEventListener("visibilitychange", comeBack);
    return () => {
      stop();
      document.removeEventListener("visibilitychange", comeBack);
    };
  }, [client, run.id]);
}

function inWords({ partition, history }: Revised, before: number): string {
  const words = (position: number) => {
    const edit = history.edits[position - 1];
    return edit ? editInWords(edit) : "";
  };
  const count = partition.clusters.length;
  const now = `${count} ${count === 1 ? "cluster" : "clusters"}`;
  if (partition.position < before) return `Undone: ${words(partition.position + 1)}. ${now}`;
  return `${words(partition.position)}. ${now}`;
}

function complain(error: unknown) {
  const problem = asProblem(error);
  notifications.show({
    color: problem.status === 409 || problem.status === 422 ? "yellow" : "red",
    title: problem.title,
    message: [problem.detail, problem.remedy].filter(Boolean).join(" "),
  });
}
