import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { at, exampleDataset, problem, startFakeServer } from "../../api/fakeServer.ts";
import type { UploadRead } from "../../api/contract.ts";
import { uploadResumably } from "./resumableUpload.ts";

const server = startFakeServer();
const CONTENT = "x,y\n1,2\n3,4\n";
const file = new File([CONTENT], "big.csv", { lastModified: 7 });
const tus = { "Tus-Resumable": "1.0.0" };

/** A service of the tus protocol that has some bytes of an upload, and answers each piece as it is told to. */
class Service {
  received = "";
  offsets: number[] = [];
  constructor(pieces: (() => Response | null)[], begun = "") {
    this.received = begun;
    const unfinished: UploadRead = {
      id: "a1",
      filename: "big.csv",
      length_bytes: file.size,
      offset_bytes: begun.length,
      metadata: { filename: "big.csv", modified: "7" },
      created_at: "2026-11-26T12:00:00Z",
      expires_at: "2026-11-27T12:00:00Z",
    };
    server.use(
      http.get(at("/uploads"), () => HttpResponse.json({ items: begun ? [unfinished] : [] })),
      http.post(at("/uploads"), () => {
        return new HttpResponse(null, {
          status: 201,
          headers: { ...tus, Location: "/api/v1/uploads/a1" },
        });
      }),
      http.head(at("/uploads/a1"), () => this.state(200)),
      http.patch(at("/uploads/a1"), ({ request }) => {
        const offset = Number(request.headers.get("upload-offset"));
        this.offsets.push(offset);
        const refusal = pieces.shift()?.() ?? null;
        if (refusal) return refusal;
        // The body of a piece cannot be read here; the test in a browser compares what came.
        this.received = this.received.slice(0, offset) + CONTENT.slice(offset);
        return this.state(204);
      }),
      http.get(at("/datasets/5"), () => HttpResponse.json(exampleDataset({ id: 5 }))),
    );
  }
  private state(status: number) {
    const headers: Record<string, string> = {
      ...tus,
      "Upload-Offset": String(this.received.length),
      "Upload-Length": String(file.size),
    };
    if (this.received.length === file.size) headers["Upload-Dataset"] = "5";
    return new HttpResponse(null, { status, headers });
  }
}

function send(onInterrupted: () => void = () => undefined) {
  const { signal } = new AbortController();
  return uploadResumably({ file, onProgress: () => undefined, onInterrupted, signal });
}

describe("an upload in pieces", () => {
  it("becomes the dataset that the last answer names", async () => {
    const service = new Service([]);
    expect((await send()).id).toBe(5);
    expect(service.received).toBe(CONTENT);
  });

  it("goes on from where an earlier one of the same file broke off", async () => {
    const service = new Service([], "x,y\n1");
    expect((await send()).id).toBe(5);
    expect(service.offsets).toEqual([5]);
    expect(service.received).toBe(CONTENT);
  });

  it("tries again by itself after a failure that passes, and says so", async () => {
    const service = new Service([() => HttpResponse.error(), () => problem(503, "unavailable")]);
    let interruptions = 0;
    expect((await send(() => interruptions++)).id).toBe(5);
    expect([interruptions, service.offsets]).toEqual([2, [0, 0, 0]]);
  });

  it("ends with the problem of a refusal that stays", async () => {
    const service = new Service([() => problem(507, "storage_full")]);
    await expect(send()).rejects.toMatchObject({ status: 507, code: "storage_full" });
    expect(service.offsets).toEqual([0]);
  });
});
