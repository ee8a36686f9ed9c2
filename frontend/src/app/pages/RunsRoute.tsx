import { Stack, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { JobQueue } from "../../features/jobs/JobQueue.tsx";
import { RunsTable } from "../../features/runs/RunsTable.tsx";
import { PageFrame } from "../../ui/PageFrame.tsx";

/** What runs now, and everything that ran. */
export function RunsRoute() {
  useDocumentTitle("Runs · Fiedler");
  return (
    <PageFrame title="Runs">
      <Stack gap="xl">
        <section>
          <Title order={2} size="h3" mb={8}>
            Now
          </Title>
          <JobQueue />
        </section>
        <section>
          <Title order={2} size="h3" mb={8}>
            All runs
          </Title>
          <RunsTable />
        </section>
      </Stack>
    </PageFrame>
  );
}
