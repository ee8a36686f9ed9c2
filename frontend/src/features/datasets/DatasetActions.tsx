import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { DatasetRead } from "../../api/contract.ts";
import { datasetKeys, deleteDataset, renameDataset } from "../../api/datasets.ts";
import { jobKeys } from "../../api/jobs.ts";
import { asProblem } from "../../api/problem.ts";
import { useMayEdit, useMayOwn } from "../../api/rights.ts";
import { runKeys } from "../../api/runs.ts";
import { giveUpShares } from "../../api/sharing.ts";
import { MoreIcon } from "../../ui/icons.tsx";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { openShareDialog } from "../../ui/shareDialog.ts";
import { t } from "../../language/language.ts";
import { Words } from "../../language/Words.tsx";

interface DatasetActionsProps {
  dataset: DatasetRead;
  onDeleted?: () => void;
}

/** Rename, share and delete, for those who may, or give up what is shared; what cannot be undone asks first. */
export function DatasetActions({ dataset, onDeleted }: DatasetActionsProps) {
  const [dialog, setDialog] = useState<"rename" | "delete" | "leave" | null>(null);
  const close = () => setDialog(null);
  const mayEdit = useMayEdit(dataset.right);
  const mayOwn = useMayOwn(dataset.right);
  const isShared = dataset.right !== "own";
  if (!mayEdit && !isShared) return null;
  return (
    <>
      <Menu position="bottom-end" width={160}>
        <Menu.Target>
          <ActionIcon aria-label={t("Actions for {name}", { name: dataset.name })}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayEdit && <Menu.Item onClick={() => setDialog("rename")}>{t("Rename…")}</Menu.Item>}
          {mayOwn && (
            <Menu.Item onClick={() => openShareDialog({ dataset, run: null })}>
              {t("Share…")}
            </Menu.Item>
          )}
          {mayOwn && (
            <Menu.Item color="var(--bad)" onClick={() => setDialog("delete")}>
              {t("Delete…")}
            </Menu.Item>
          )}
          {isShared && <Menu.Item onClick={() => setDialog("leave")}>{t("Leave…")}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={dialog === "rename"} onClose={close} title={t("Rename the dataset")}>
        <RenameForm dataset={dataset} onDone={close} />
      </Modal>
      <Modal opened={dialog === "delete"} onClose={close} title={t("Delete the dataset?")}>
        <EndConfirmation
          dataset={dataset}
          end={deleteDataset}
          verb={t("Delete")}
          onClose={close}
          onEnded={onDeleted}
        >
          <Words
            text="<strong>{name}</strong> and all its runs will be gone for good. The file on your own machine is not touched."
            values={{ name: dataset.name }}
            tags={{ strong: <strong /> }}
          />
        </EndConfirmation>
      </Modal>
      <Modal opened={dialog === "leave"} onClose={close} title={t("Leave the dataset?")}>
        <EndConfirmation
          dataset={dataset}
          end={giveUpShares}
          verb={t("Leave")}
          onClose={close}
          onEnded={onDeleted}
        >
          <Words
            text="You will not see <strong>{name}</strong> and its runs any more, until {owner} shares it again. Nothing of it is deleted."
            values={{ name: dataset.name, owner: dataset.owner }}
            tags={{ strong: <strong /> }}
          />
        </EndConfirmation>
      </Modal>
    </>
  );
}

function RenameForm({ dataset, onDone }: { dataset: DatasetRead; onDone: () => void }) {
  const [name, setName] = useState(dataset.name);
  const queryClient = useQueryClient();
  const rename = useMutation({
    mutationFn: () => renameDataset(dataset.id, name.trim()),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: datasetKeys.all });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t("Name")}
          data-autofocus
          maxLength={255}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {rename.error && <ProblemAlert problem={asProblem(rename.error)} />}
        <Group gap="sm" justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("Cancel")}
          </Button>
          <Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>
            {t("Rename")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface EndConfirmationProps {
  dataset: DatasetRead;
  /** Ends it for this user. */
  end: (datasetId: number) => Promise<void>;
  verb: string;
  onClose: () => void;
  onEnded?: () => void;
  /** What will be gone. */
  children: ReactNode;
}

function EndConfirmation({ dataset, end, verb, onClose, onEnded, children }: EndConfirmationProps) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => end(dataset.id),
    onSuccess: async () => {
      onClose();
      onEnded?.();
      queryClient.removeQueries({ queryKey: datasetKeys.one(dataset.id) });
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: datasetKeys.list }),
        queryClient.invalidateQueries({ queryKey: runKeys.all }),
        queryClient.invalidateQueries({ queryKey: jobKeys.lists }),
      ]);
    },
  });
  return (
    <Stack gap="md">
      <Text>{children}</Text>
      {remove.error && <ProblemAlert problem={asProblem(remove.error)} />}
      <Group gap="sm" justify="flex-end">
        <Button variant="default" data-autofocus onClick={onClose}>
          {t("Keep it")}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {verb}
        </Button>
      </Group>
    </Stack>
  );
}
