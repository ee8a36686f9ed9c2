/** One wrong field of a request: where it is (JSON pointer) and what is wrong with it. */
import { t } from "../language/language.ts";

export interface ProblemField {
  pointer: string;
  detail: string;
}

/** The body of every error the service sends (RFC 9457, `application/problem+json`). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Stable and machine readable, e.g. `empty_file`. */
  code: string;
  instance?: string | null;
  request_id?: string | null;
  errors?: ProblemField[] | null;
  /** What to try, in words. */
  remedy?: string | null;
}

/** A request that failed, with the problem as the service (or this page) stated it. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiProblem";
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

const HTTP_TITLES: Record<number, string> = {
  401: t("Not signed in"),
  403: t("Not allowed"),
  404: t("Not found"),
  413: t("Too large"),
  429: t("Too many requests"),
  502: t("The service is not reachable"),
  503: t("The service is not ready"),
  504: t("The service did not answer in time"),
};

/** Reads a problem from a response's text; invents only a title when the body is no problem. */
export function problemFromText(
  status: number,
  contentType: string | null,
  text: string,
  requestId: string | null,
): Problem {
  if (contentType?.includes("json")) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (isProblem(parsed)) return { ...parsed, request_id: parsed.request_id ?? requestId };
    } catch {
      // A proxy may label its error page as JSON; the generic problem below says what is known.
    }
  }
  return {
    type: "about:blank",
    title: HTTP_TITLES[status] ?? t("The request failed"),
    status,
    detail: t("The server answered with status {status} and no further explanation.", { status }),
    code: `http_${status}`,
    request_id: requestId,
    remedy:
      status >= 500
        ? t("Wait a moment and try again. If it stays, look at the service's log.")
        : null,
  };
}

/** The problem in a failed response. */
export async function problemFromResponse(response: Response): Promise<Problem> {
  return problemFromText(
    response.status,
    response.headers.get("content-type"),
    await response.text().catch(() => ""),
    response.headers.get("x-request-id"),
  );
}

/** A problem for a request that never reached the service. */
export function unreachable(reason: string): Problem {
  return {
    type: "about:blank",
    title: t("The service is not reachable"),
    status: 0,
    detail: t("The request did not get an answer ({reason}).", { reason }),
    code: "unreachable",
    remedy: t("Check that the platform is running and that you are connected, then try again."),
  };
}

/** Any thrown value as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return {
    type: "about:blank",
    title: t("Something went wrong in this page"),
    status: 0,
    detail,
    code: "page_error",
    remedy: t("Reload the page. Nothing on the server was changed by this."),
  };
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Problem).title === "string" &&
    typeof (value as Problem).code === "string" &&
    typeof (value as Problem).status === "number"
  );
}
