import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";
import type { GivenRight, LinkOpened, LinkRead, Sharing, ShareRead } from "./contract.ts";
import { pageAddress } from "./environment.ts";

/** What is shared: a dataset with all its runs, or one run. */
export type SharedThing = { dataset_id: number } | { run_id: number };

/** Everybody a thing of one's own is shared with, and the links to it. */
export function sharingQuery(thing: SharedThing) {
  return queryOptions({
    queryKey: ["sharing", thing],
    queryFn: ({ signal }): Promise<Sharing> =>
      unwrap(client.GET("/api/v1/shares", { params: { query: thing }, signal })),
  });
}

/** Gives a person a right, by user name or e-mail address; it replaces one given by name before. */
export async function shareWith(
  thing: SharedThing,
  person: string,
  right: GivenRight,
): Promise<ShareRead> {
  return unwrap(client.POST("/api/v1/shares", { body: { ...thing, person, right } }));
}

/** Takes a right back, or gives up one that was given. */
export async function endShare({ id }: ShareRead): Promise<void> {
  const path = { share_id: id };
  await unwrap(client.DELETE("/api/v1/shares/{share_id}", { params: { path } }));
}

/** Gives up all that is shared with the signed-in user of a dataset. */
export async function giveUpShares(datasetId: number): Promise<void> {
  const query = { dataset_id: datasetId };
  await unwrap(client.DELETE("/api/v1/shares/received", { params: { query } }));
}

/** The address of a new link that gives `right` to whoever opens it, signed in, within some days. */
export async function shareLink(
  thing: SharedThing,
  right: GivenRight,
  days: number,
): Promise<string> {
  const body = { ...thing, right, expires_in_days: days };
  const given = await unwrap(client.POST("/api/v1/share-links", { body }));
  return pageAddress("/share", "token", given.token);
}

/** Takes a link back, and with it every right that came by it. */
export async function endLink({ id }: LinkRead): Promise<void> {
  const path = { link_id: id };
  await unwrap(client.DELETE("/api/v1/share-links/{link_id}", { params: { path } }));
}

/** Takes what a link shares with the signed-in user, and tells where it leads. */
export async function openLink(token: string): Promise<LinkOpened> {
  return unwrap(client.POST("/api/v1/share-links/open", { body: { token } }));
}
