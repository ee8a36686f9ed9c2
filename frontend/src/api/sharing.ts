import { client, unwrap } from "./client.ts";
import type { LinkOpened } from "./contract.ts";

/** Takes what a link shares with the signed-in user, and tells where it leads. */
export async function openLink(token: string): Promise<LinkOpened> {
  return unwrap(client.POST("/api/v1/share-links/open", { body: { token } }));
}
