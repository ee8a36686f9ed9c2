import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { signInOptionsQuery } from "../../api/account.ts";
import type { InvitationRead, Role } from "../../api/contract.ts";
import {
  invitationLink,
  invitationsQuery,
  peopleKeys,
  takeBackInvitation,
} from "../../api/people.ts";
import { asProblem } from "../../api/problem.ts";
import { refresh } from "../../api/refresh.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { ShownOnce } from "../../ui/ShownOnce.tsx";
import { ROLES } from "./roles.ts";
import { t } from "../../language/language.ts";

/** Links that let somebody in: those that are open, and a new one. */
export function Invitations() {
  const queryClient = useQueryClient();
  const options = useQuery(signInOptionsQuery);
  const invitations = useQuery(invitationsQuery);
  const [note, setNote] = useState("");
  const [role, setRole] = useState<Role>("user");
  const renew = () => refresh(queryClient, { queryKey: peopleKeys.all });
  const invite = useMutation({
    mutationFn: () => invitationLink(role, note.trim()),
    onSuccess: () => {
      setNote("");
      void renew();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  if (options.data?.registration === "closed") {
    return (
      <Text c="var(--fg2)">
        {t(
          "Nobody can make an account by a link: REGISTRATION is closed. Accounts come from the command line.",
        )}
      </Text>
    );
  }
  const open = invitations.data?.items ?? [];
  return (
    <Stack gap="sm">
      {invitations.error && <ProblemAlert problem={asProblem(invitations.error)} />}
      {open.length > 0 && (
        <DataTable label={t("Open invitations")}>
          <thead>
            <tr>
              <th scope="col">{t("For")}</th>
              <th scope="col">{t("Role")}</th>
              <th scope="col">{t("Works until")}</th>
              <th scope="col" aria-label={t("Actions")} />
            </tr>
          </thead>
          <tbody>
            {open.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} onTakenBack={renew} />
            ))}
          </tbody>
        </DataTable>
      )}
      <form onSubmit={submit}>
        <Group gap="sm" align="flex-end">
          <TextInput
            label={t("For whom")}
            maxLength={200}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <NativeSelect
            label={t("Role")}
            data={ROLES}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
          <Button type="submit" variant="default" loading={invite.isPending}>
            {t("Invite")}
          </Button>
        </Group>
      </form>
      {invite.error && <ProblemAlert problem={asProblem(invite.error)} />}
      {invite.data && (
        <ShownOnce title={t("The invitation's link")} value={invite.data}>
          {t("Send it to the person you invite: it makes one account, within a week.")}
        </ShownOnce>
      )}
    </Stack>
  );
}

interface InvitationRowProps {
  invitation: InvitationRead;
  onTakenBack: () => unknown;
}

function InvitationRow({ invitation, onTakenBack }: InvitationRowProps) {
  const takeBack = useMutation({
    mutationFn: () => takeBackInvitation(invitation.id),
    onSettled: onTakenBack,
  });
  const whom = invitation.note || `invitation ${invitation.id}`;
  return (
    <tr>
      <td>{whom}</td>
      <td>{invitation.role}</td>
      <td>{formatTime(invitation.expires_at)}</td>
      <td>
        <Button
          variant="subtle"
          color="red"
          size="xs"
          aria-label={t("Take back {whom}", { whom })}
          loading={takeBack.isPending}
          onClick={() => takeBack.mutate()}
        >
          {t("Take back")}
        </Button>
      </td>
    </tr>
  );
}
