import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { datasetsQuery } from "../../api/datasets.ts";
import { statusInWords } from "../../api/jobWords.ts";
import { useJobs } from "../../api/live.ts";
import { t } from "../../language/language.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { TextLink } from "../../ui/links.tsx";
import { formatAgo, formatTime } from "../../ui/numbers.ts";

/** The own sweeps, newest first; nothing where there is none. */
export function SweepList() {
  const sweeps = useJobs({ kind: "sweep" });
  const datasets = useQuery(datasetsQuery);
  if (!sweeps.data || sweeps.data.items.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h3" mb={8}>
        {t("Sweeps")}
      </Title>
      <DataTable label={t("Sweeps")} maxHeight={240}>
        <thead>
          <tr>
            <th scope="col">{t("Sweep")}</th>
            <th scope="col">{t("Dataset")}</th>
            <th scope="col">{t("State")}</th>
            <th scope="col">{t("Created")}</th>
          </tr>
        </thead>
        <tbody>
          {sweeps.data.items.map((job) => (
            <tr key={job.id}>
              <td>
                <TextLink to="/sweeps/$sweepId" params={{ sweepId: job.id }} fw={600}>
                  {t("Sweep {number}", { number: job.id })}
                </TextLink>
              </td>
              <td>{datasets.data?.items.find(({ id }) => id === job.dataset_id)?.name ?? ""}</td>
              <td title={job.message}>{statusInWords(job.status)}</td>
              <td title={formatTime(job.created_at)}>{formatAgo(job.created_at)}</td>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </section>
  );
}
