import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { AccountRead, InvitationGiven, Role } from "./contract.ts";
import { pageAddress } from "./environment.ts";

export const peopleKeys = {
  /** Whatever an admin changes is in the audit log too. */
  all: ["people"] as const,
  accounts: ["people", "accounts"] as const,
  invitations: ["people", "invitations"] as const,
  audit: ["people", "audit"] as const,
};

/** All accounts, a page at a time, newest first; for admins. */
export const accountsQuery = infiniteQueryOptions({
  queryKey: peopleKeys.accounts,
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      client.GET("/api/v1/users", { params: { query: { limit: 100, cursor: pageParam } }, signal }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

/** The invitations that can still be used; for admins. */
export const invitationsQuery = queryOptions({
  queryKey: peopleKeys.invitations,
  queryFn: ({ signal }) =>
    unwrap(client.GET("/api/v1/invitations", { params: { query: { limit: 200 } }, signal })),
});

/** The audit log, a page at a time, newest first; for admins. */
export const auditQuery = infiniteQueryOptions({
  queryKey: peopleKeys.audit,
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      client.GET("/api/v1/audit-log", {
        params: { query: { limit: 50, cursor: pageParam } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

/** What an admin changes in an account; what is left out stays. */
export interface AccountChange {
  role?: Role;
  is_active?: boolean;
  /** Bytes that may be kept; 0: no bound, null: as the server is set up. */
  own_quota_bytes?: number | null;
}

/** Gives an account another role or quota, keeps it out, or lets it in again. */
export async function changeAccount(userId: number, change: AccountChange): Promise<AccountRead> {
  const params = { path: { user_id: userId } };
  return unwrap(client.PATCH("/api/v1/users/{user_id}", { params, body: change }));
}

/** The address of a new link by which somebody sets a password without the old one. */
export async function resetLink(userId: number): Promise<string> {
  const params = { path: { user_id: userId } };
  const given = await unwrap(client.POST("/api/v1/users/{user_id}/password-reset", { params }));
  return pageAddress("/reset-password", "token", given.token);
}

/** The address of a new link by which somebody makes an account. */
export async function invitationLink(role: Role, note: string): Promise<string> {
  const given: InvitationGiven = await unwrap(
    client.POST("/api/v1/invitations", { body: { role, note } }),
  );
  return pageAddress("/register", "invitation", given.token);
}

/** Takes an invitation back. */
export async function takeBackInvitation(invitationId: number): Promise<void> {
  const path = { invitation_id: invitationId };
  await unwrap(client.DELETE("/api/v1/invitations/{invitation_id}", { params: { path } }));
}
