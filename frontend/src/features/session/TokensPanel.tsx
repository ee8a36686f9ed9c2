import { Button, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PersonalTokenRead } from "../../api/contract.ts";
import { personalTokensQuery, revokePersonalToken } from "../../api/personalTokens.ts";
import { asProblem } from "../../api/problem.ts";
import { refresh } from "../../api/refresh.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatAgo, formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { ShownOnce } from "../../ui/ShownOnce.tsx";
import { TokenForm } from "./TokenForm.tsx";
import { t } from "../../language/language.ts";

/** Tokens by which programs use the API in the signed-in user's name. */
export function TokensPanel() {
  const queryClient = useQueryClient();
  const tokens = useQuery(personalTokensQuery);
  const [fresh, setFresh] = useState<string | null>(null);
  const renew = () => refresh(queryClient, { queryKey: personalTokensQuery.queryKey });
  return (
    <Stack gap="md">
      <div>
        <Title order={2}>{t("Personal tokens")}</Title>
        <Text c="var(--fg2)">
          {t(
            "For scripts that use the API in your name. Send one as the header Authorization: Bearer.",
          )}
        </Text>
      </div>
      {tokens.error && (
        <ProblemAlert problem={asProblem(tokens.error)} onRetry={() => void tokens.refetch()} />
      )}
      {tokens.data && tokens.data.items.length > 0 && (
        <DataTable label={t("Personal tokens")}>
          <thead>
            <tr>
              <th scope="col">{t("Name")}</th>
              <th scope="col">{t("Ends in")}</th>
              <th scope="col">{t("May")}</th>
              <th scope="col">{t("Works until")}</th>
              <th scope="col">{t("Last used")}</th>
              <th scope="col" aria-label={t("Actions")} />
            </tr>
          </thead>
          <tbody>
            {tokens.data.items.map((token) => (
              <TokenRow key={token.id} token={token} onRevoked={renew} />
            ))}
          </tbody>
        </DataTable>
      )}
      {fresh && (
        <ShownOnce title={t("Your new token")} value={fresh}>
          {t("Copy it into your script's settings now.")}
        </ShownOnce>
      )}
      <TokenForm
        onMade={(token) => {
          setFresh(token);
          void renew();
        }}
      />
    </Stack>
  );
}

function TokenRow({ token, onRevoked }: { token: PersonalTokenRead; onRevoked: () => unknown }) {
  const revoke = useMutation({
    mutationFn: () => revokePersonalToken(token.id),
    onSuccess: onRevoked,
  });
  return (
    <tr>
      <td>{token.name}</td>
      <td>
        <Text span ff="monospace">
          {token.ending}
        </Text>
      </td>
      <td>{token.scopes.join(", ")}</td>
      <td>{formatTime(token.expires_at)}</td>
      <td>{token.last_used_at ? formatAgo(token.last_used_at) : t("never")}</td>
      <td>
        <Button
          variant="subtle"
          color="red"
          size="xs"
          loading={revoke.isPending}
          aria-label={t("Revoke {name}", { name: token.name })}
          title={revoke.error ? asProblem(revoke.error).detail : undefined}
          onClick={() => revoke.mutate()}
        >
          {revoke.error ? t("Try again") : t("Revoke")}
        </Button>
      </td>
    </tr>
  );
}
