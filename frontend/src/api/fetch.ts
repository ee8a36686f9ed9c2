import { currentToken, refreshSession } from "./session.ts";
import { ApiProblem, problemFromResponse, unreachable } from "./problem.ts";

// A page that opens asks for much at once; the service gives it all within a few seconds.
const MOST_WAITS = 3;
const LONGEST_WAIT_SECONDS = 10;

/**
 * `fetch` with the bearer token. A 401 leads to one refresh and one more try; a 429 is waited for, since the
 * service refuses before it does anything. Signing in is tried once: whoever types is told at once.
 */
export async function authorizedFetch(request: Request): Promise<Response> {
  if (isSignIn(request.url)) return send(request);
  const spare = request.clone();
  const response = await sendPatiently(request);
  if (response.status !== 401 || !(await refreshSession())) return response;
  return sendPatiently(spare);
}

/** Like `authorizedFetch`, but a failure throws an `ApiProblem`. */
export async function fetchOrThrow(request: Request): Promise<Response> {
  const response = await authorizedFetch(request);
  if (!response.ok) throw new ApiProblem(await problemFromResponse(response));
  return response;
}

async function sendPatiently(request: Request): Promise<Response> {
  for (let waits = 0; ; waits += 1) {
    const response = await send(request.clone());
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    const isWorthWaiting = response.status === 429 && seconds <= LONGEST_WAIT_SECONDS;
    if (!isWorthWaiting || waits === MOST_WAITS) return response;
    await pause(seconds * 1000, request.signal);
  }
}

/** Ends after so many milliseconds, or at once with the reason of an abort. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
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
