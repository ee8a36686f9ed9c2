// For the service's tests: a real OpenID Connect provider on a free port, whose people need no password.
//
//   node oidc-provider.mjs REDIRECT_URI PEOPLE
//
// PEOPLE is JSON: claims by subject. Prints its issuer as the first line, then serves until it is ended.

import { createServer } from "node:http";
import Provider from "oidc-provider";

const [redirectUri, people] = process.argv.slice(2);
const claims = JSON.parse(people);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: "fiedler", client_secret: "a secret of the client", redirect_uris: [redirectUri] },
    ],
    claims: { email: ["email", "email_verified"], profile: ["preferred_username"] },
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, subject) => ({
      accountId: subject,
      claims: () => ({ sub: subject, ...claims[subject] }),
    }),
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  process.stdout.write(`${issuer}\n`);
});
