import { Button, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { endSession, sessionsQuery, signOutEverywhere } from "../../api/account.ts";
import type { SessionRead } from "../../api/contract.ts";
import { asProblem } from "../../api/problem.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatAgo, formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { agentInWords } from "./agentWords.ts";
import { t } from "../../language/language.ts";

/** Where the account is signed in: one session can be ended, or all of them. */
export function SessionsPanel() {
  const queryClient = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const leave = useMutation({
    mutationFn: signOutEverywhere,
    onSuccess: () => queryClient.clear(),
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={3}>{t("Sessions")}</Title>
      <Text c="var(--fg2)">
        {t(
          "If you left a browser signed in that others can reach, end its session, or all of them.",
        )}
      </Text>
      {sessions.error && (
        <ProblemAlert problem={asProblem(sessions.error)} onRetry={() => void sessions.refetch()} />
      )}
      {sessions.data && (
        <DataTable label={t("Sessions")}>
          <thead>
            <tr>
              <th scope="col">{t("Browser")}</th>
              <th scope="col">{t("Address")}</th>
              <th scope="col">{t("Signed in")}</th>
              <th scope="col">{t("Last seen")}</th>
              <th scope="col" aria-label={t("Actions")} />
            </tr>
          </thead>
          <tbody>
            {sessions.data.items.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </tbody>
        </DataTable>
      )}
      <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
        {t("Sign out everywhere")}
      </Button>
      {leave.error && <ProblemAlert problem={asProblem(leave.error)} />}
    </Stack>
  );
}

function SessionRow({ session }: { session: SessionRead }) {
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => endSession(session.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const browser = agentInWords(session.agent);
  return (
    <tr>
      <td title={session.agent ?? undefined}>{browser}</td>
      <td>{session.address ?? t("unknown")}</td>
      <td>{formatTime(session.started_at)}</td>
      <td>{session.is_current ? t("this browser") : formatAgo(session.seen_at)}</td>
      <td>
        {!session.is_current && (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            loading={end.isPending}
            aria-label={t("End the session of {browser}", { browser })}
            title={end.error ? asProblem(end.error).detail : undefined}
            onClick={() => end.mutate()}
          >
            {end.error ? t("Try again") : t("End")}
          </Button>
        )}
      </td>
    </tr>
  );
}
