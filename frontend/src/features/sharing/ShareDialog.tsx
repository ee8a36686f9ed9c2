import { Divider, Loader, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "../../api/problem.ts";
import { type SharedThing, sharingQuery } from "../../api/sharing.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import type { ShareSubject } from "../../ui/shareDialog.ts";
import { Links } from "./Links.tsx";
import { SharedPeople } from "./SharedPeople.tsx";
import { t } from "../../language/language.ts";

interface ShareDialogProps {
  subject: ShareSubject;
  onClose: () => void;
}

/** Gives a dataset, or one run of it, to people by name or by link, and takes it back. */
export function ShareDialog({ subject, onClose }: ShareDialogProps) {
  const { dataset, run } = subject;
  const [extent, setExtent] = useState<"dataset" | "run">("dataset");
  const onlyRun = extent === "run" ? run : null;
  return (
    <Modal opened onClose={onClose} title={t("Share {name}", { name: dataset.name })} size={560}>
      <Stack gap="md">
        {run && (
          <SegmentedControl
            aria-label={t("What to share")}
            fullWidth
            value={extent}
            onChange={(value) => setExtent(value as "dataset" | "run")}
            data={[
              { value: "dataset", label: t("The dataset and all its runs") },
              { value: "run", label: `Run ${run.number} alone` },
            ]}
          />
        )}
        <Text size="sm" c="var(--fg2)">
          {onlyRun
            ? t("They see this run and the table it was made of; no other run.")
            : t("They see the table and every run of it, those to come too.")}{" "}
          {t(
            "Who may edit can also cluster and correct, but neither delete the dataset nor share it.",
          )}
        </Text>
        <Sharing
          key={extent}
          thing={onlyRun ? { run_id: onlyRun.id } : { dataset_id: dataset.id }}
        />
      </Stack>
    </Modal>
  );
}

function Sharing({ thing }: { thing: SharedThing }) {
  const queryClient = useQueryClient();
  const query = sharingQuery(thing);
  const sharing = useQuery(query);
  const renew = () => queryClient.invalidateQueries({ queryKey: query.queryKey });
  if (sharing.error) {
    return (
      <ProblemAlert problem={asProblem(sharing.error)} onRetry={() => void sharing.refetch()} />
    );
  }
  if (!sharing.data) {
    return <Loader size="sm" color="gray" aria-label={t("Loading with whom it is shared")} />;
  }
  return (
    <>
      <SharedPeople thing={thing} people={sharing.data.people} onChanged={renew} />
      <Divider />
      <Links thing={thing} links={sharing.data.links} onChanged={renew} />
    </>
  );
}
