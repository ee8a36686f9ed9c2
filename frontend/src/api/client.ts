import createClient from "openapi-fetch";
import { apiOrigin } from "./environment.ts";
import { authorizedFetch } from "./fetch.ts";
import type { paths } from "./generated/schema.d.ts";
import { ApiProblem, problemFromText } from "./problem.ts";

/** The service as its contract types it. Pass every call through `unwrap`. */
export const client = createClient<paths>({
  baseUrl: apiOrigin(),
  credentials: "include",
  fetch: authorizedFetch,
  headers: { Accept: "application/json" },
});

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of a call, or the problem thrown as `ApiProblem`. */
export async function unwrap<Data>(call: Promise<Outcome<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await call;
  if (response.ok && error === undefined) return data as NonNullable<Data>;
  throw new ApiProblem(
    problemFromText(
      response.status,
      response.headers.get("content-type"),
      typeof error === "string" ? error : JSON.stringify(error ?? null),
      response.headers.get("x-request-id"),
    ),
  );
}
