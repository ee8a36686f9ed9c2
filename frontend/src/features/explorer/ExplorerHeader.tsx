import { Button, Menu, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import type { JobRead, PartitionRead, RunRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { HeaderContent, useReportColumnsUsed } from "../../ui/headerSlot.tsx";
import { ChevronIcon } from "../../ui/icons.tsx";
import { JobProgress } from "../../ui/JobProgress.tsx";
import { formatAgo } from "../../ui/numbers.ts";
import { silhouetteText } from "./clusterNames.ts";
import type { ExportFormat } from "./download.ts";
import { downloadExport } from "./download.ts";
import classes from "./explorer.module.css";
import type { ShownPartition } from "./partitions.ts";
import { RunSharing } from "./RunSharing.tsx";
import { t } from "../../language/language.ts";
import { Words } from "../../language/Words.tsx";

interface ExplorerHeaderProps {
  runs: readonly RunRead[];
  run: RunRead | undefined;
  shown: ShownPartition | null;
  /** The clustering that waits or runs, if any. */
  job: JobRead | undefined;
  onRun: (runId: number) => void;
}

/** What Explore adds to the header: which run, how it is going, how good it is, and the export. */
export function ExplorerHeader({ runs, run, shown, job, onRun }: ExplorerHeaderProps) {
  useReportColumnsUsed(run ? run.columns.length : null);
  return (
    <HeaderContent>
      {run && <RunSelector runs={runs} run={run} shown={shown} onRun={onRun} />}
      {run && job && <JobProgress job={job} compact />}
      {shown && !job && (
        <span className={classes.pill}>
          <Words
            text="silhouette <b>{silhouetteText}</b>"
            values={{ silhouetteText: silhouetteText(shown.partition.silhouette) }}
            tags={{ b: <b className="num" /> }}
          />
        </span>
      )}
      <span className={classes.headerGap} />
      {run && <RunSharing run={run} />}
      {run && shown && <ExportMenu run={run} nClusters={shown.partition.n_clusters} />}
    </HeaderContent>
  );
}

function RunSelector({
  runs,
  run,
  shown,
  onRun,
}: Omit<ExplorerHeaderProps, "job" | "run"> & { run: RunRead }) {
  return (
    <Menu position="bottom-start" width={300}>
      <Menu.Target>
        <UnstyledButton
          className={classes.runSelector}
          aria-label={t("Run {number}, choose a run", { number: run.number })}
        >
          <i className={classes.runDot} />
          <b>{t("Run {number}", { number: run.number })}</b>
          <span className="dim num">
            {run.method} · {cutInWords(shown?.partition ?? run.partition)}
          </span>
          <ChevronIcon size={12} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {runs.map((other) => (
          <Menu.Item
            key={other.id}
            fw={other.id === run.id ? 600 : 400}
            onClick={() => onRun(other.id)}
          >
            <Words
              text="Run {number}<span> · {method} · {cutInWords} · {created_at}</span>"
              values={{
                number: other.number,
                method: other.method,
                cutInWords: cutInWords(other.partition),
                created_at: formatAgo(other.created_at),
              }}
              tags={{ span: <span className="dim num" /> }}
            />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** "k = 3", and how often it was edited since. */
function cutInWords({ n_clusters: nClusters, position }: PartitionRead): string {
  return `k = ${nClusters}${position > 0 ? t(" · {count, plural, one {# edit} other {# edits}}", { count: position }) : ""}`;
}

const FORMATS: { format: ExportFormat; label: string }[] = [
  { format: "csv", label: t("CSV: the table with a cluster column") },
  { format: "parquet", label: t("Parquet: the same, with types") },
  { format: "arrow", label: t("Arrow: a stream for other tools") },
  { format: "py", label: t("Python script: makes the clusters anew") },
];

function ExportMenu({ run, nClusters }: { run: RunRead; nClusters: number }) {
  const save = useMutation({
    mutationFn: (format: ExportFormat) => downloadExport(run.id, nClusters, format),
    onError: (error) => {
      const problem = asProblem(error);
      notifications.show({
        color: "red",
        title: problem.title,
        message: [problem.detail, problem.remedy].filter(Boolean).join(" "),
        autoClose: false,
      });
    },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button loading={save.isPending}>{t("Export")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} onClick={() => save.mutate(format)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
