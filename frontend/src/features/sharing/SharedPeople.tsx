import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { GivenRight, ShareRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { endShare, type SharedThing, shareWith } from "../../api/sharing.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { GIVEN_RIGHTS } from "./rights.ts";
import { t } from "../../language/language.ts";

interface SharedPeopleProps {
  thing: SharedThing;
  people: readonly ShareRead[];
  onChanged: () => unknown;
}

/** Who has a right to a thing, and the way to give one by name. */
export function SharedPeople({ thing, people, onChanged }: SharedPeopleProps) {
  const [person, setPerson] = useState("");
  const [right, setRight] = useState<GivenRight>("view");
  const share = useMutation({
    mutationFn: () => shareWith(thing, person.trim(), right),
    onSuccess: () => {
      setPerson("");
      return onChanged();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    share.mutate();
  };
  return (
    <Stack gap="sm">
      <Title order={3}>{t("People")}</Title>
      <form onSubmit={submit}>
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            label={t("User name or e-mail")}
            flex={1}
            maxLength={254}
            autoComplete="off"
            data-autofocus
            value={person}
            onChange={(event) => setPerson(event.currentTarget.value)}
          />
          <NativeSelect
            label={t("Right")}
            data={GIVEN_RIGHTS}
            value={right}
            onChange={(event) => setRight(event.currentTarget.value as GivenRight)}
          />
          <Button type="submit" loading={share.isPending} disabled={person.trim() === ""}>
            {t("Share")}
          </Button>
        </Group>
      </form>
      {share.error && <ProblemAlert problem={asProblem(share.error)} />}
      {people.length === 0 ? (
        <Text c="var(--fg2)">{t("Nobody else sees it yet.")}</Text>
      ) : (
        <DataTable label={t("Shared with")}>
          <thead>
            <tr>
              <th scope="col">{t("Person")}</th>
              <th scope="col">{t("Right")}</th>
              <th scope="col">{t("Since")}</th>
              <th scope="col" aria-label={t("Actions")} />
            </tr>
          </thead>
          <tbody>
            {people.map((given) => (
              <PersonRow key={given.id} thing={thing} given={given} onChanged={onChanged} />
            ))}
          </tbody>
        </DataTable>
      )}
    </Stack>
  );
}

interface PersonRowProps {
  thing: SharedThing;
  given: ShareRead;
  onChanged: () => unknown;
}

function PersonRow({ thing, given, onChanged }: PersonRowProps) {
  const change = useMutation({
    mutationFn: (right: GivenRight) => shareWith(thing, given.username, right),
    onSettled: onChanged,
  });
  const end = useMutation({ mutationFn: () => endShare(given), onSettled: onChanged });
  const failed = change.error ?? end.error;
  return (
    <tr>
      <td>
        {given.username}
        {failed && (
          <Text size="sm" c="var(--bad)" role="alert">
            {asProblem(failed).detail}
          </Text>
        )}
      </td>
      <td>
        {given.link_id === null ? (
          <NativeSelect
            size="xs"
            aria-label={t("Right of {username}", { username: given.username })}
            data={GIVEN_RIGHTS}
            value={given.right}
            disabled={change.isPending}
            onChange={(event) => change.mutate(event.currentTarget.value as GivenRight)}
          />
        ) : (
          // Taking the link back ends it; a right given by name would stand beside it.
          t("may {right}, by a link", { right: given.right })
        )}
      </td>
      <td>{formatTime(given.created_at)}</td>
      <td>
        <Button
          variant="subtle"
          color="red"
          size="xs"
          aria-label={t("Stop sharing with {username}", { username: given.username })}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          {t("Stop")}
        </Button>
      </td>
    </tr>
  );
}
