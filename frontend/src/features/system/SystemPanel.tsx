import { Loader, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Health, PartStatus, WorkerRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { healthQuery, workersQuery } from "../../api/system.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatAgo, formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { t } from "../../language/language.ts";

const STATUS: Record<PartStatus, { words: string; colour: string }> = {
  ok: { words: t("works"), colour: "var(--ok)" },
  degraded: { words: t("works less well"), colour: "var(--warn)" },
  down: { words: t("down"), colour: "var(--bad)" },
  unknown: { words: t("not known"), colour: "var(--fg2)" },
  unused: { words: t("not set up"), colour: "var(--fg2)" },
};

/** For admins: the state of each part, and the workers. */
export function SystemPanel() {
  const health = useQuery(healthQuery);
  const workers = useQuery(workersQuery);
  return (
    <Stack gap="sm">
      <Title order={2}>{t("System")}</Title>
      {health.error && (
        <ProblemAlert problem={asProblem(health.error)} onRetry={() => void health.refetch()} />
      )}
      {health.isPending && <Loader size="sm" color="gray" aria-label={t("Looking at each part")} />}
      {health.data && <PartTable parts={health.data.parts} />}
      <Title order={3} mt="xs">
        {t("Workers")}
      </Title>
      {workers.error && (
        <ProblemAlert problem={asProblem(workers.error)} onRetry={() => void workers.refetch()} />
      )}
      {workers.data && <WorkerTable workers={workers.data.items} />}
    </Stack>
  );
}

function PartTable({ parts }: { parts: Health["parts"] }) {
  return (
    <DataTable label={t("State of each part")}>
      <thead>
        <tr>
          <th scope="col">{t("Part")}</th>
          <th scope="col">{t("State")}</th>
          <th scope="col">{t("What was seen")}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(parts).map(([name, { status, detail }]) => (
          <tr key={name}>
            <td>{name.replaceAll("_", " ")}</td>
            <td>
              <Text c={STATUS[status].colour}>{STATUS[status].words}</Text>
            </td>
            <td style={{ whiteSpace: "normal" }}>{detail}</td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function WorkerTable({ workers }: { workers: readonly WorkerRead[] }) {
  if (workers.length === 0) {
    return (
      <Text c="var(--bad)">
        {t(
          "No worker has given a sign of life lately: tables wait to be read, and runs to be made. Start one, and look at its log if it ends.",
        )}
      </Text>
    );
  }
  return (
    <DataTable label={t("Workers")}>
      <thead>
        <tr>
          <th scope="col">{t("Name")}</th>
          <th scope="col" data-right>
            {t("Jobs at once")}
          </th>
          <th scope="col">{t("Version")}</th>
          <th scope="col">{t("Started")}</th>
          <th scope="col">{t("Last sign of life")}</th>
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <tr key={worker.name}>
            <td>{worker.name}</td>
            <td data-right>{worker.slots}</td>
            <td>{worker.version}</td>
            <td>{formatTime(worker.started_at)}</td>
            <td title={formatTime(worker.seen_at)}>{formatAgo(worker.seen_at)}</td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
