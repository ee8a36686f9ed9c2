import { Button, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { GivenRight, LinkRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { endLink, type SharedThing, shareLink } from "../../api/sharing.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { ShownOnce } from "../../ui/ShownOnce.tsx";
import { GIVEN_RIGHTS } from "./rights.ts";
import { t } from "../../language/language.ts";

const DAYS = [
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "365", label: "1 year" },
];

interface LinksProps {
  thing: SharedThing;
  links: readonly LinkRead[];
  onChanged: () => unknown;
}

/** The links that give a right to whoever opens them, and the way to make one. */
export function Links({ thing, links, onChanged }: LinksProps) {
  const [right, setRight] = useState<GivenRight>("view");
  const [days, setDays] = useState("30");
  const make = useMutation({
    mutationFn: () => shareLink(thing, right, Number(days)),
    onSuccess: onChanged,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Stack gap="sm">
      <Title order={3}>{t("Links")}</Title>
      <Text size="sm" c="var(--fg2)">
        {t("A link works for everybody who has an account here and opens it while signed in.")}
      </Text>
      <form onSubmit={submit}>
        <Group gap="sm" align="flex-end">
          <NativeSelect
            label={t("Who opens it")}
            data={GIVEN_RIGHTS}
            value={right}
            onChange={(event) => setRight(event.currentTarget.value as GivenRight)}
          />
          <NativeSelect
            label={t("Works for")}
            data={DAYS}
            value={days}
            onChange={(event) => setDays(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={make.isPending}>
            {t("Make a link")}
          </Button>
        </Group>
      </form>
      {make.error && <ProblemAlert problem={asProblem(make.error)} />}
      {make.data && (
        <ShownOnce title={t("The link")} value={make.data}>
          {t("Send it to those who shall see this.")}
        </ShownOnce>
      )}
      {links.length > 0 && (
        <DataTable label={t("Links that work")}>
          <thead>
            <tr>
              <th scope="col">{t("Made")}</th>
              <th scope="col">{t("Right")}</th>
              <th scope="col">{t("Works until")}</th>
              <th scope="col" aria-label={t("Actions")} />
            </tr>
          </thead>
          <tbody>
            {links.map((link) => (
              <LinkRow
                key={link.id}
                link={link}
                onEnded={() => {
                  // What was shown may be the link that is gone.
                  make.reset();
                  return onChanged();
                }}
              />
            ))}
          </tbody>
        </DataTable>
      )}
    </Stack>
  );
}

function LinkRow({ link, onEnded }: { link: LinkRead; onEnded: () => unknown }) {
  const end = useMutation({ mutationFn: () => endLink(link), onSettled: onEnded });
  const made = formatTime(link.created_at);
  return (
    <tr>
      <td>
        {made}
        {end.error && (
          <Text size="sm" c="var(--bad)" role="alert">
            {asProblem(end.error).detail}
          </Text>
        )}
      </td>
      <td>{t("may {right}", { right: link.right })}</td>
      <td>{formatTime(link.expires_at)}</td>
      <td>
        <Button
          variant="subtle"
          color="red"
          size="xs"
          title={t("Whoever came by this link loses the right too.")}
          aria-label={t("Take back the link of {made}", { made })}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          {t("Take back")}
        </Button>
      </td>
    </tr>
  );
}
