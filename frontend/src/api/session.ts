// Who is signed in. The access token lives in memory only; the refresh token is a cookie that
// scripts cannot read. One refresh is in flight at most, however many requests met a 401.
import { create } from "zustand";
import type { TokenRead, UserRead } from "./contract.ts";
import { apiOrigin } from "./environment.ts";
import { ApiProblem, problemFromResponse, unreachable } from "./problem.ts";

interface Session {
  /** `unknown` until the first refresh by cookie has answered. */
  status: "unknown" | "signed-in" | "signed-out";
  user: UserRead | null;
}

/** The session as React sees it; the token is deliberately not part of it. */
export const useSession = create<Session>(() => ({ status: "unknown", user: null }));

let accessToken: string | null = null;
let refreshing: Promise<boolean> | null = null;

/** The bearer token of this page, or null when signed out. */
export function currentToken(): string | null {
  return accessToken;
}

/** Keeps a token the service issued and the user it belongs to. */
export function keepToken(token: TokenRead): void {
  accessToken = token.access_token;
  useSession.setState({ status: "signed-in", user: token.user });
}

/** Forgets the session in this page; the cookie is the service's business. */
export function forgetSession(): void {
  accessToken = null;
  useSession.setState({ status: "signed-out", user: null });
}

const SIGN_OUT_CHANNEL = "fiedler-sign-out";

/** Tells this browser's other tabs that its user signed out. */
export function announceSignOut(): void {
  const channel = new BroadcastChannel(SIGN_OUT_CHANNEL);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target origin
  channel.postMessage(null);
  channel.close();
}

/** Forgets the session when another tab signs out, and then calls; returns how to stop listening. */
export function followSignOut(onSignedOut: () => void): () => void {
  const channel = new BroadcastChannel(SIGN_OUT_CHANNEL);
  channel.addEventListener("message", () => {
    forgetSession();
    onSignedOut();
  });
  return () => channel.close();
}

/** Replaces the user after a change of the account. */
export function keepUser(user: UserRead): void {
  useSession.setState({ user });
}

/**
 * Gets a new access token by the refresh cookie. Callers share one request; resolves to whether
 * somebody is signed in. An unreachable service throws and leaves the session as it was.
 */
export function refreshSession(): Promise<boolean> {
  refreshing ??= requestRefresh().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function requestRefresh(): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(`${apiOrigin()}/api/v1/auth/refresh`, {
      method: "POST",
      credentials: "include",
      headers: { "X-Requested-With": "fiedler" },
    });
  } catch (error) {
    throw new ApiProblem(unreachable(String(error)));
  }
  if (response.ok) {
    keepToken((await response.json()) as TokenRead);
    return true;
  }
  if (response.status >= 500) throw new ApiProblem(await problemFromResponse(response));
  forgetSession();
  return false;
}
