import { Stack, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { JobQueue } from "../../features/jobs/JobQueue.tsx";
import { SweepList } from "../../features/jobs/SweepList.tsx";
import { RunsTable } from "../../features/runs/RunsTable.tsx";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { t } from "../../language/language.ts";

/** What runs now, and everything that ran. */
export function RunsRoute() {
  useDocumentTitle(`${t("Runs")} · Fiedler`);
  return (
    <PageFrame title={t("Runs")}>
      <Stack gap="xl">
        <section>
          <Title order={2} size="h3" mb={8}>
            {t("Now")}
          </Title>
          <JobQueue />
        </section>
        <SweepList />
        <section>
          <Title order={2} size="h3" mb={8}>
            {t("All runs")}
          </Title>
          <RunsTable />
        </section>
      </Stack>
    </PageFrame>
  );
}
