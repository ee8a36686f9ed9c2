import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { client, unwrap } from "./client.ts";
import { at, exampleJob, exampleToken, problem, signedOut, startFakeServer } from "./fakeServer.ts";
import { ApiProblem } from "./problem.ts";
import { currentToken, keepToken, refreshSession, useSession } from "./session.ts";

const server = startFakeServer();

function getJob(jobId: number) {
  return unwrap(client.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } } }));
}

/** Accepts only the second token, as a server does after the first has expired. */
function expiredFirstToken() {
  let refreshes = 0;
  server.use(
    http.post(at("/auth/refresh"), ({ request }) => {
      refreshes += 1;
      expect(request.headers.get("x-requested-with")).toBe("fiedler");
      return HttpResponse.json({ ...exampleToken(), access_token: "token-2" });
    }),
    http.get(at("/jobs/:id"), ({ request, params }) =>
      request.headers.get("authorization") === "Bearer token-2"
        ? HttpResponse.json(exampleJob({ id: Number(params.id) }))
        : problem(401, "not_signed_in"),
    ),
  );
  keepToken(exampleToken());
  return () => refreshes;
}

describe("the access token", () => {
  it("is renewed once for many requests that meet a 401, and each is sent again", async () => {
    const refreshes = expiredFirstToken();
    const jobs = await Promise.all([getJob(1), getJob(2), getJob(3)]);
    expect(jobs.map((job) => job.id)).toEqual([1, 2, 3]);
    expect(refreshes()).toBe(1);
    expect(currentToken()).toBe("token-2");
  });

  it("is sent again with the body of a POST", async () => {
    expiredFirstToken();
    const bodies: unknown[] = [];
    server.use(
      http.post(at("/jobs"), async ({ request }) => {
        bodies.push(await request.json());
        return request.headers.get("authorization") === "Bearer token-2"
          ? HttpResponse.json(exampleJob(), { status: 202 })
          : problem(401, "not_signed_in");
      }),
    );
    const body = { kind: "fit", dataset_id: 3, parameters: {}, priority: "normal" } as const;
    await unwrap(client.POST("/api/v1/jobs", { body }));
    expect(bodies).toEqual([body, body]);
  });

  it("is forgotten when the cookie no longer signs in", async () => {
    server.use(
      signedOut(),
      http.get(at("/jobs/:id"), () => problem(401, "not_signed_in")),
    );
    keepToken(exampleToken());
    await expect(getJob(1)).rejects.toMatchObject({ status: 401, code: "not_signed_in" });
    expect(currentToken()).toBeNull();
    expect(useSession.getState().status).toBe("signed-out");
  });

  it("survives a refresh that the service could not answer", async () => {
    server.use(http.post(at("/auth/refresh"), () => problem(503, "not_ready")));
    keepToken(exampleToken());
    await expect(refreshSession()).rejects.toMatchObject({ code: "not_ready" });
    expect(useSession.getState().status).toBe("signed-in");
  });
});

describe("a request above the limit", () => {
  const busyTimes = (times: number, retryAfter: string) => {
    let tries = 0;
    server.use(
      http.get(at("/jobs/:id"), () => {
        tries += 1;
        if (tries > times) return HttpResponse.json(exampleJob());
        const refused = problem(429, "too_many_requests");
        refused.headers.set("Retry-After", retryAfter);
        return refused;
      }),
    );
    return () => tries;
  };

  it("is sent again when the service says it may", async () => {
    const tries = busyTimes(2, "0");
    await expect(getJob(1)).resolves.toMatchObject({ id: exampleJob().id });
    expect(tries()).toBe(3);
  });

  it("is given up after a few waits, and at once when the wait would be long", async () => {
    const tries = busyTimes(99, "0");
    await expect(getJob(1)).rejects.toMatchObject({ code: "too_many_requests" });
    expect(tries()).toBe(4);
    const single = busyTimes(99, "60");
    await expect(getJob(1)).rejects.toMatchObject({ code: "too_many_requests" });
    expect(single()).toBe(1);
  });
});

describe("a failed call", () => {
  it("throws the problem with its remedy, fields and request id", async () => {
    server.use(
      http.get(at("/jobs/:id"), () =>
        problem(422, "request_invalid", {
          remedy: "Give a number.",
          errors: [{ pointer: "/path/job_id", detail: "not a number" }],
        }),
      ),
    );
    const error = await getJob(1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect((error as ApiProblem).problem).toMatchObject({
      code: "request_invalid",
      remedy: "Give a number.",
      request_id: "r-1",
      errors: [{ pointer: "/path/job_id" }],
    });
  });

  it("says so when a proxy answered with a page of its own", async () => {
    server.use(
      http.get(at("/jobs/:id"), () => HttpResponse.html("<h1>Bad gateway</h1>", { status: 502 })),
    );
    await expect(getJob(1)).rejects.toMatchObject({
      code: "http_502",
      problem: { title: "The service is not reachable" },
    });
  });

  it("says so when nobody answered", async () => {
    server.use(http.get(at("/jobs/:id"), () => HttpResponse.error()));
    await expect(getJob(1)).rejects.toMatchObject({ code: "unreachable" });
  });
});
