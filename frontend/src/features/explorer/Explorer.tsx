import { Button, Group, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import {
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
  startTransition,
  useMemo,
} from "react";
import type { DatasetRead, JobRead, PartitionRead, RunRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { useMayEdit } from "../../api/rights.ts";
import { isPartition, recutRun } from "../../api/runs.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { ClusterList } from "./ClusterList.tsx";
import { ClusterNames, clusterNamesOf, useClusterName } from "./clusterNames.ts";
import { ClusterProfile } from "./ClusterProfile.tsx";
import { Dock } from "./dock/Dock.tsx";
import { ConstraintList } from "./editing/ConstraintList.tsx";
import { useEditing } from "./editing/useEditing.ts";
import { useUndoKeys } from "./editing/useUndoKeys.ts";
import { ExplorerHeader } from "./ExplorerHeader.tsx";
import classes from "./explorer.module.css";
import type { ExploreView, ViewChange } from "./exploreView.ts";
import { MapPanel } from "./MapPanel.tsx";
import { METHOD_FORM_ID } from "./MethodPanel.tsx";
import { noteCurrent, partitionQuery, usePartition } from "./partitions.ts";
import { markRecolourClick } from "./recolourTiming.ts";
import type { Selection } from "./selection.ts";
import { composition, selectCluster } from "./selection.ts";
import { useShortcuts } from "./shortcuts.ts";
import { SpectrumPanel } from "./SpectrumPanel.tsx";
import { largestK } from "./suggestedClusters.ts";
import type { Painter } from "./usePaint.ts";
import { useCutsAhead } from "./useCutsAhead.ts";
import { t } from "../../language/language.ts";
import { Words } from "../../language/Words.tsx";

interface ExplorerProps {
  dataset: DatasetRead;
  run: RunRead;
  runs: readonly RunRead[];
  /** A clustering that waits or runs while this run is on the screen. */
  job: JobRead | undefined;
  /** The newest clustering, whatever became of it. */
  lastJob: JobRead | undefined;
  view: ExploreView;
  onView: (change: ViewChange) => void;
  method: ReactNode;
}

/** How long the page waits for a re-cut before it shows the number asked for beside the old map, milliseconds. */
const PATIENCE_MS = 300;

/** Of those who may only look: nothing is cut ahead for them. */
function noIntent() {}

/** A number of clusters on its way to the page. */
interface Asked {
  nClusters: number;
  /** What the page showed when it was asked for. */
  from: number;
  runId: number;
  /** The page has been told to follow the map. */
  followed: boolean;
}

/** A run on the screen. */
export function Explorer({
  dataset,
  run,
  runs,
  job,
  lastJob,
  view,
  onView,
  method,
}: ExplorerProps) {
  const mayEdit = useMayEdit(run.right);
  // Another number of clusters is a change of the run: who may only look sees the one its editors chose.
  const wantedK = mayEdit ? (view.k ?? run.n_clusters) : run.n_clusters;
  const nClusters = Math.min(largestK(run), Math.max(1, wantedK));
  const partition = usePartition(run, nClusters);
  const { shown, prepare } = partition;
  const names = useMemo(() => clusterNamesOf(shown?.partition), [shown]);
  const painter = useRef<Painter | null>(null);
  const setPainter = useCallback((next: Painter | null) => {
    painter.current = next;
  }, []);
  // What was asked for and is not on the page yet; presses in a row count from there.
  const asked = useRef<Asked | null>(null);
  const queryClient = useQueryClient();
  const [selection, setSelection] = useState<Selection | null>(null);
  // The row whose place the profile explains.
  const [whyRow, setWhyRow] = useState<number | null>(null);
  const editing = useEditing(run, shown, () => {
    // Labels may mean other clusters now; what was selected has been dealt with.
    setWhyRow(null);
    setSelection(null);
    onView({ sel: undefined });
  });
  useUndoKeys(editing);
  const intend = useCutsAhead(
    run,
    mayEdit && shown?.runId === run.id ? shown.partition.n_clusters : null,
  );
  useCurrentPartition(
    run,
    shown?.partition.run_id === run.id ? shown.partition.n_clusters : null,
    nClusters,
  );

  useEffect(() => {
    const request = asked.current;
    if (!request?.followed) return;
    if (request.from !== nClusters || request.runId !== run.id) asked.current = null;
  }, [nClusters, run.id]);

  const choose = useCallback(
    (wanted: number) => {
      if (!mayEdit || wanted < 1 || wanted > largestK(run)) return;
      if (wanted === (asked.current?.nClusters ?? nClusters)) return;
      tellKeptEdits(shown?.partition);
      markRecolourClick(wanted);
      // The map comes first: rendering the page around it would take the processor from both answer and painting.
      const request = { nClusters: wanted, from: nClusters, runId: run.id, followed: false };
      asked.current = request;
      const follow = () => {
        if (asked.current !== request || request.followed) return;
        request.followed = true;
        startTransition(() => onView({ run: run.id, k: wanted, sel: undefined }));
      };
      const patience = setTimeout(follow, PATIENCE_MS);
      let told = false;
      const tell = () => {
        told = true;
      };
      void queryClient
        .fetchQuery(partitionQuery(run, wanted, tell))
        .then(async (loaded) => {
          if (asked.current === request) await painter.current?.(prepare(loaded));
          if (told) noteCurrent(queryClient, loaded.partition);
        })
        .catch(() => {}) // The page's own query fails in the same way and is shown.
        .finally(() => {
          clearTimeout(patience);
          follow();
        });
    },
    [run, mayEdit, nClusters, onView, queryClient, prepare, shown],
  );
  const step = (by: number) => choose((asked.current?.nClusters ?? nClusters) + by);
  useShortcuts({ "[": () => step(-1), "]": () => step(1) });
  const isolated =
    shown && view.isolated !== null && view.isolated < shown.slots.length ? view.isolated : null;
  const seen = { ...view, isolated };
  const failedSince =
    lastJob?.status === "failed" && lastJob.error && lastJob.id > (run.job_id ?? 0);

  return (
    <ClusterNames value={names}>
      <div className={classes.screen}>
        <ExplorerHeader
          runs={runs}
          run={run}
          shown={shown}
          job={job}
          onRun={(runId) => onView({ run: runId, k: undefined, sel: undefined })}
        />
        <VisuallyHidden component="h1">
          {t("Explore {name}", { name: dataset.name })}
        </VisuallyHidden>
        <div className={classes.left}>
          {method}
          <SpectrumPanel
            run={run}
            nClusters={nClusters}
            mayEdit={mayEdit}
            onChoose={choose}
            onStep={step}
            onIntend={mayEdit ? intend : noIntent}
          />
          <ConstraintList editing={editing} />
        </div>
        <MapPanel
          dataset={dataset}
          run={run}
          view={seen}
          onView={onView}
          shown={shown}
          selection={selection}
          onSelection={(next) => {
            setWhyRow(null);
            setSelection(next);
          }}
          whyRow={whyRow}
          onWhy={setWhyRow}
          editing={editing}
          onPainter={setPainter}
        />
        <div className={classes.right}>
          {partition.error && (
            <div className={classes.card}>
              <ProblemAlert problem={asProblem(partition.error)} onRetry={partition.retry} />
            </div>
          )}
          {failedSince && lastJob.error && (
            <div className={classes.card}>
              <ProblemAlert problem={lastJob.error} />
            </div>
          )}
          {lastJob?.status === "cancelled" && lastJob.id > (run.job_id ?? 0) && (
            <CancelledNotice key={lastJob.id} run={run} />
          )}
          {shown ? (
            <>
              <ClusterList
                shown={shown}
                isolated={isolated}
                onIsolate={(label) => {
                  setWhyRow(null);
                  onView({ sel: label ?? undefined });
                }}
                editing={editing}
                onSelectLabel={(label) => {
                  setWhyRow(null);
                  onView({ sel: undefined });
                  setSelection(selectCluster(shown.labels, label));
                }}
              />
              <ClusterProfile
                run={run}
                shown={shown}
                isolated={isolated}
                selection={selection}
                whyRow={whyRow}
                onIsolate={(label) => onView({ sel: label })}
                onSelection={setSelection}
                onWhy={setWhyRow}
              />
            </>
          ) : (
            !partition.error && <p className={classes.waitingLine}>{t("Loading the clusters…")}</p>
          )}
        </div>
        <Dock
          dataset={dataset}
          run={run}
          runs={runs}
          shown={shown}
          view={view}
          onView={onView}
          selection={selection}
          onSelection={(next) => {
            setWhyRow(null);
            setSelection(next);
          }}
          onWhy={setWhyRow}
        />
        <Announcement shown={shown} selection={selection} told={editing.told} />
      </div>
    </ClusterNames>
  );
}

/**
 * Keeps the run's current number of clusters on the server in step with the screen, also when the labels came
 * from memory, and the cached run in step with both.
 */
function useCurrentPartition(run: RunRead, shownK: number | null, wantedK: number) {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (shownK === null || wantedK === run.n_clusters || shownK !== wantedK) return;
    let stale = false;
    void recutRun(run.id, wantedK).then(
      (answer) => {
        if (!stale && isPartition(answer)) noteCurrent(queryClient, answer);
      },
      // The partition is on the screen already; that it is also the run's current one can wait.
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [run.id, run.n_clusters, shownK, wantedK, queryClient]);
}

/** Each number of clusters has edits of its own: says where those on the screen have gone. */
function tellKeptEdits(partition: PartitionRead | undefined) {
  if (!partition || partition.position === 0) return;
  const { n_clusters: nClusters, position } = partition;
  notifications.show({
    message: t(
      "{count, plural, one {# edit of the cut into {nClusters} is kept: choose {nClusters} again to see it.} other {# edits of the cut into {nClusters} are kept: choose {nClusters} again to see them.}}",
      { count: position, nClusters },
    ),
  });
}

/** The clustering asked for last was stopped; what the screen shows is older. */
function CancelledNotice({ run }: { run: RunRead }) {
  const [seen, setSeen] = useState(false);
  if (seen) return null;
  return (
    <div className={classes.card} role="status">
      <p>
        <Words
          text="<b>Cancelled.</b> The clustering asked for last was stopped; run {number} stays on the screen."
          values={{ number: run.number }}
          tags={{ b: <b /> }}
        />
      </p>
      <Group gap={8} mt={8}>
        <Button size="xs" variant="default" type="submit" form={METHOD_FORM_ID}>
          {t("Start it again")}
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={() => setSeen(true)}>
          {t("Dismiss")}
        </Button>
      </Group>
    </div>
  );
}

/** Says what changed to those who do not see it. */
function Announcement({
  shown,
  selection,
  told,
}: {
  shown: ExploreAnnounced;
  selection: Selection | null;
  /** What the last edit did. */
  told: string;
}) {
  const clusterName = useClusterName();
  const cut = shown
    ? t("{count, plural, one {# cluster} other {# clusters}}", {
        count: shown.partition.clusters.length,
      })
    : "";
  let selected = "";
  if (selection && shown) {
    const sizes = shown.partition.clusters.map(({ size }) => size);
    const [largest] = composition(selection, shown.labels, sizes);
    const share = largest
      ? `, ${Math.round(largest.ofSelection * 100)} % ${clusterName(largest.label)}`
      : "";
    selected = t(". {count, plural, one {# row} other {# rows}} selected{share}", {
      count: selection.rows.length,
      share,
    });
  }
  return (
    <VisuallyHidden role="status" aria-live="polite" data-testid="announcement">
      {cut}
      {selected}
      {told && `. ${told}`}
    </VisuallyHidden>
  );
}

type ExploreAnnounced = ReturnType<typeof usePartition>["shown"];
