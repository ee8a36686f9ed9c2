import { currentToken, refreshSession } from "./session.ts";
import { ApiProblem, problemFromResponse, unreachable } from "./problem.ts";

/** `fetch` with the bearer token; a 401 leads to one refresh and one more try. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const spare = request.clone();
  const response = await send(request);
  if (response.status !== 401 || isSignIn(request.url)) return response;
  if (!(await refreshSession())) return response;
  return send(spare);
}

/** Like `authorizedFetch`, but a failure throws an `ApiProblem`. */
export async function fetchOrThrow(request: Request): Promise<Response> {
  const response = await authorizedFetch(request);
  if (!response.ok) throw new ApiProblem(await problemFromResponse(response));
  return response;
}

async function send(request: Request): Promise<Response> {
  const token = currentToken();
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new ApiProblem(unreachable(error instanceof Error ? error.message : String(error)));
  }
}

/** These answer 401 to wrong credentials; a refresh would not help. */
function isSignIn(url: string): boolean {
  return /\/api\/v1\/auth\/(login|claim|refresh|logout)$/.test(new URL(url).pathname);
}
