import { client, unwrap } from "./client.ts";
import type { UserRead } from "./contract.ts";
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
