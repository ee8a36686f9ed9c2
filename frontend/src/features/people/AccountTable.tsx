import { Button, Group, Loader, NativeSelect, Stack } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AccountRead, Role } from "../../api/contract.ts";
import {
  type AccountChange,
  accountsQuery,
  changeAccount,
  peopleKeys,
  resetLink,
} from "../../api/people.ts";
import { asProblem } from "../../api/problem.ts";
import { refresh } from "../../api/refresh.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatAgo, formatBytes, formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { ShownOnce } from "../../ui/ShownOnce.tsx";
import { QuotaField } from "./QuotaField.tsx";
import { ROLES } from "./roles.ts";
import { t } from "../../language/language.ts";

interface Link {
  username: string;
  address: string;
}

/** Every account, with what an admin may change in it. */
export function AccountTable() {
  const accounts = useInfiniteQuery(accountsQuery);
  const [link, setLink] = useState<Link | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  if (accounts.error) {
    return (
      <ProblemAlert problem={asProblem(accounts.error)} onRetry={() => void accounts.refetch()} />
    );
  }
  if (!accounts.data) return <Loader size="sm" color="gray" aria-label={t("Loading accounts")} />;
  return (
    <Stack gap="sm">
      {failure !== null && <ProblemAlert problem={asProblem(failure)} />}
      <DataTable label={t("Accounts")}>
        <thead>
          <tr>
            <th scope="col">{t("User name")}</th>
            <th scope="col">{t("E-mail")}</th>
            <th scope="col">{t("Role")}</th>
            <th scope="col">{t("State")}</th>
            <th scope="col">{t("Last sign-in")}</th>
            <th scope="col">{t("Keeps")}</th>
            <th scope="col">{t("May keep")}</th>
            <th scope="col" aria-label={t("Actions")} />
          </tr>
        </thead>
        <tbody>
          {accounts.data.pages
            .flatMap((page) => page.items)
            .map((account) => (
              <AccountRow
                key={account.id}
                account={account}
                onFailure={setFailure}
                onLink={(address) => setLink({ username: account.username, address })}
              />
            ))}
        </tbody>
      </DataTable>
      {accounts.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={accounts.isFetchingNextPage}
            onClick={() => void accounts.fetchNextPage()}
          >
            {t("Show more")}
          </Button>
        </Group>
      )}
      {link && (
        <ShownOnce
          title={t("A new password for {username}", { username: link.username })}
          value={link.address}
        >
          {t("Give this link to its owner: it sets a new password once, within a day.")}
        </ShownOnce>
      )}
    </Stack>
  );
}

interface AccountRowProps {
  account: AccountRead;
  onLink: (address: string) => void;
  /** Called with the failure of the last change, or null when it worked. */
  onFailure: (failure: unknown) => void;
}

function AccountRow({ account, onLink, onFailure }: AccountRowProps) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (what: AccountChange) => changeAccount(account.id, what),
    onSuccess: () => onFailure(null),
    onError: onFailure,
    onSettled: () => refresh(queryClient, { queryKey: peopleKeys.all }),
  });
  const reset = useMutation({
    mutationFn: () => resetLink(account.id),
    onSuccess: (address) => {
      void refresh(queryClient, { queryKey: peopleKeys.all });
      onFailure(null);
      onLink(address);
    },
    onError: onFailure,
  });
  const { username, is_active: isActive } = account;
  return (
    <tr>
      <td>{username}</td>
      <td>{account.email}</td>
      <td>
        <NativeSelect
          size="xs"
          aria-label={t("Role of {username}", { username })}
          data={ROLES}
          value={account.role}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ role: event.currentTarget.value as Role })}
        />
      </td>
      <td>{isActive ? t("active") : t("disabled")}</td>
      <td title={account.last_login_at ? formatTime(account.last_login_at) : undefined}>
        {account.last_login_at ? formatAgo(account.last_login_at) : t("never")}
      </td>
      <td>{formatBytes(account.storage.used_bytes)}</td>
      <td>
        <QuotaField
          account={account}
          onChange={(own_quota_bytes) => change.mutate({ own_quota_bytes })}
        />
      </td>
      <td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Button
            variant="subtle"
            size="xs"
            aria-label={t("New password for {username}", { username })}
            loading={reset.isPending}
            onClick={() => reset.mutate()}
          >
            {t("New password…")}
          </Button>
          <Button
            variant="subtle"
            color={isActive ? "red" : "gray"}
            size="xs"
            aria-label={`${isActive ? t("Disable") : t("Enable")} ${username}`}
            loading={change.isPending}
            onClick={() => change.mutate({ is_active: !isActive })}
          >
            {isActive ? t("Disable") : t("Enable")}
          </Button>
        </Group>
      </td>
    </tr>
  );
}
