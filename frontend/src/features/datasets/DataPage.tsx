import { Box, Loader, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { datasetsQuery } from "../../api/datasets.ts";
import { asProblem } from "../../api/problem.ts";
import { useIsViewer } from "../../api/rights.ts";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { DatasetList } from "./DatasetList.tsx";
import { DropZone } from "./DropZone.tsx";
import { SampleButtons } from "./SampleButtons.tsx";
import { UnfinishedUploads } from "./UnfinishedUploads.tsx";
import { addUploads, useUploads } from "./uploadQueue.ts";
import { UploadRow } from "./UploadRow.tsx";
import { t } from "../../language/language.ts";

interface DataPageProps {
  /** Called when an import is done and its owner waits for it, and by the Explore buttons. */
  onExplore: (datasetId: number) => void;
  onDetails: (datasetId: number) => void;
}

/** Where tables come in and are kept. */
export function DataPage({ onExplore, onDetails }: DataPageProps) {
  useDocumentTitle(`${t("Data")} · Fiedler`);
  const datasets = useQuery(datasetsQuery);
  const uploads = useUploads((queue) => queue.uploads);
  const count = datasets.data?.items.length;
  const isViewer = useIsViewer();
  return (
    <PageFrame title={t("Data")}>
      <Stack gap="xl">
        {isViewer ? <ViewerNote isEmpty={count === 0} /> : <DropZone onFiles={addUploads} />}
        {uploads.length > 0 && (
          <Box component="section" aria-label={t("Uploads")}>
            <Title order={2} size="h3">
              {t("Uploads")}
            </Title>
            <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
              {uploads.map((upload) => (
                <UploadRow
                  key={upload.id}
                  upload={upload}
                  onExplore={onExplore}
                  onDetails={onDetails}
                />
              ))}
            </ul>
          </Box>
        )}
        {!isViewer && <UnfinishedUploads />}
        {datasets.error && (
          <ProblemAlert
            problem={asProblem(datasets.error)}
            onRetry={() => void datasets.refetch()}
          />
        )}
        {datasets.isPending && <Loader size="sm" color="gray" aria-label={t("Loading datasets")} />}
        {count === 0 && uploads.length === 0 && !isViewer && (
          <Stack gap="sm">
            <Title order={2}>{t("No table at hand?")}</Title>
            <Text c="var(--fg2)">
              {t(
                "Try one that this page generates: it is drawn here, uploaded like any file, and clustered by the platform.",
              )}
            </Text>
            <SampleButtons onFiles={addUploads} />
          </Stack>
        )}
        {datasets.data && datasets.data.items.length > 0 && (
          <DatasetList datasets={datasets.data.items} />
        )}
      </Stack>
    </PageFrame>
  );
}

function ViewerNote({ isEmpty }: { isEmpty: boolean }) {
  return (
    <Text c="var(--fg2)">
      {t(
        "Your role is viewer: you see what others share with you and change nothing, so there is no upload here. An admin can give you the role user.",
      )}
      {isEmpty && t(" Nothing is shared with you yet; ask for a link, or to be added by name.")}
    </Text>
  );
}
