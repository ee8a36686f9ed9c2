import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { UserRead } from "./contract.ts";
import { apiOrigin } from "./environment.ts";
import { announceSignOut, forgetSession, keepToken, keepUser, useSession } from "./session.ts";

/** Signs in by the one-time link's token; the second use of a link is a problem `link_used`. */
export async function claimLink(token: string): Promise<UserRead> {
  const issued = await unwrap(client.POST("/api/v1/auth/claim", { body: { token } }));
  keepToken(issued);
  return issued.user;
}

/** Signs in by user name or e-mail address. */
export async function signIn(username: string, password: string): Promise<UserRead> {
  const issued = await unwrap(client.POST("/api/v1/auth/login", { body: { username, password } }));
  keepToken(issued);
  return issued.user;
}

/** How people get in here: who may register. */
export const signInOptionsQuery = queryOptions({
  queryKey: ["sign-in-options"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/auth/options", { signal })),
  staleTime: 60_000,
});

/** Where a browser goes to sign in by the provider; it comes back to the page's address `to`. */
export function providerAddress(to = "/"): string {
  const address = new URL("/api/v1/auth/oidc/start", apiOrigin());
  address.searchParams.set("to", to);
  return address.href;
}

/** An account to make; where registration is not open, with an invitation's token. */
export interface Newcomer {
  username: string;
  email: string;
  password: string;
  invitation?: string;
}

/** Makes an account and signs in. */
export async function register(newcomer: Newcomer): Promise<UserRead> {
  const issued = await unwrap(client.POST("/api/v1/auth/register", { body: newcomer }));
  keepToken(issued);
  return issued.user;
}

/** Sets a password by an admin's link and signs in. */
export async function resetPassword(token: string, newPassword: string): Promise<void> {
  const body = { token, new_password: newPassword };
  keepToken(await unwrap(client.POST("/api/v1/auth/reset-password", { body })));
}

/** The browsers that are signed in to the account, the one seen last first. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/users/me/sessions", { signal })),
});

/** Ends one session; its browser is signed out at its next request. */
export async function endSession(sessionId: string): Promise<void> {
  const path = { session_id: sessionId };
  await unwrap(client.DELETE("/api/v1/users/me/sessions/{session_id}", { params: { path } }));
}

/** Ends every session of the account, in all browsers, this one too. */
export async function signOutEverywhere(): Promise<void> {
  await unwrap(client.DELETE("/api/v1/users/me/sessions"));
  forgetSession();
  announceSignOut();
}

/** Signs out here in any case, and revokes the refresh cookie; throws when that did not work. */
export async function signOut(): Promise<void> {
  try {
    await unwrap(
      // The cookie is sent by the browser itself; this header shows that this page asked.
      client.POST("/api/v1/auth/logout", { headers: { "X-Requested-With": "fiedler" } }),
    );
  } finally {
    forgetSession();
    announceSignOut();
  }
}

/** Sets or changes the password of the signed-in user. */
export async function setPassword(newPassword: string, currentPassword?: string): Promise<void> {
  await unwrap(
    client.PUT("/api/v1/users/me/password", {
      body: {
        new_password: newPassword,
        ...(currentPassword === undefined ? {} : { current_password: currentPassword }),
      },
    }),
  );
  const { user } = useSession.getState();
  if (user) keepUser({ ...user, has_password: true });
}
