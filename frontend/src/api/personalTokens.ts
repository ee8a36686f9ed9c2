import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { PersonalTokenGiven, Scope } from "./contract.ts";

/** The own tokens for programs, newest first. */
export const personalTokensQuery = queryOptions({
  queryKey: ["personal-tokens"],
  queryFn: ({ signal }) =>
    unwrap(client.GET("/api/v1/users/me/tokens", { params: { query: { limit: 200 } }, signal })),
});

/** Makes a token; what is returned is the only place where it is ever shown. */
export async function makePersonalToken(
  name: string,
  scopes: Scope[],
  days: number,
): Promise<PersonalTokenGiven> {
  const body = { name, scopes, expires_in_days: days };
  return unwrap(client.POST("/api/v1/users/me/tokens", { body }));
}

/** Takes a token back. */
export async function revokePersonalToken(tokenId: number): Promise<void> {
  const path = { token_id: tokenId };
  await unwrap(client.DELETE("/api/v1/users/me/tokens/{token_id}", { params: { path } }));
}
