import { Button, Popover, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asProblem } from "../../../api/problem.ts";
import { refresh } from "../../../api/refresh.ts";
import { keepSelection, selectionKeys } from "../../../api/selections.ts";
import { t } from "../../../language/language.ts";
import type { Selection } from "../selection.ts";

interface KeepSelectionProps {
  runId: number;
  selection: Selection;
  /** What it is called unless another name is typed. */
  suggested: string;
}

/** Keeps the selected rows under a name, so that anybody who sees the table can return to them. */
export function KeepSelection({ runId, selection, suggested }: KeepSelectionProps) {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  const queryClient = useQueryClient();
  const keep = useMutation({
    mutationFn: () => keepSelection(runId, name.trim() || suggested, selection.mask),
    onSuccess: async () => {
      await refresh(queryClient, { queryKey: selectionKeys.all });
      setOpened(false);
      setName("");
    },
  });
  const problem = keep.error && asProblem(keep.error);
  return (
    <Popover opened={opened} onChange={setOpened} position="top" trapFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          aria-haspopup="dialog"
          onClick={() => setOpened(!opened)}
        >
          {t("Keep")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keep.mutate();
          }}
        >
          <TextInput
            label={t("Name of the selection")}
            placeholder={suggested}
            maxLength={120}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={problem && (problem.detail ?? problem.title)}
            data-autofocus
          />
          <Button type="submit" size="xs" mt={8} loading={keep.isPending}>
            {t("Keep it")}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
