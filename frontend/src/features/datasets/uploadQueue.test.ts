import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  exampleDataset,
  exampleToken,
  startFakeServer,
  signedInByCookie,
} from "../../api/fakeServer.ts";
import { keepToken } from "../../api/session.ts";
import { addUploads, cancelUpload, retryUpload, useUploads } from "./uploadQueue.ts";

/** Stands for XMLHttpRequest, since the progress of an upload cannot be seen otherwise. */
class FakeRequest {
  static all: FakeRequest[] = [];
  upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = "";
  withCredentials = false;
  url = "";
  headers: Record<string, string> = {};
  body: File | null = null;
  constructor() {
    FakeRequest.all.push(this);
  }
  open(_method: string, url: string) {
    this.url = url;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  getResponseHeader(name: string) {
    return name === "content-type" ? "application/problem+json" : null;
  }
  send(body: File) {
    this.body = body;
  }
  abort() {
    this.onabort?.();
  }
  answer(status: number, body: object) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

const server = startFakeServer();

beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  FakeRequest.all = [];
  useUploads.setState({ uploads: [] });
  keepToken(exampleToken());
});

const first = new File(["x,y\n1,2\n"], "first table.csv");
const second = new File(["x\n1\n"], "second.csv");

async function request(index: number): Promise<FakeRequest> {
  return vi.waitFor(() => {
    const found = FakeRequest.all[index];
    if (!found?.body) throw new Error(`Request ${index} was not sent.`);
    return found;
  });
}

function states() {
  return useUploads.getState().uploads.map((upload) => upload.state);
}

function idAt(index: number): number {
  return useUploads.getState().uploads[index]?.id ?? -1;
}

describe("the upload queue", () => {
  it("sends one file after another, as raw bodies with the token", async () => {
    addUploads([first, second]);
    const sent = await request(0);
    expect(sent.url).toContain("/api/v1/datasets?filename=first%20table.csv");
    expect(sent.headers).toMatchObject({
      Authorization: "Bearer token-1",
      "Content-Type": "application/octet-stream",
    });
    expect(sent.body).toBe(first);
    expect(states()).toEqual(["sending", "waiting"]);
    sent.answer(201, exampleDataset({ id: 3 }));
    (await request(1)).answer(201, exampleDataset({ id: 4 }));
    await vi.waitFor(() => expect(states()).toEqual(["sent", "sent"]));
    expect(useUploads.getState().uploads.map((upload) => upload.dataset?.id)).toEqual([3, 4]);
  });

  it("shows the bytes that have left", async () => {
    addUploads([first]);
    const sent = await request(0);
    sent.upload.onprogress?.({ loaded: 5 });
    expect(useUploads.getState().uploads[0]).toMatchObject({ sentBytes: 5, state: "sending" });
    sent.answer(201, exampleDataset());
    await vi.waitFor(() => expect(states()).toEqual(["sent"]));
  });

  it("keeps a refusal's problem and goes on with the next file", async () => {
    addUploads([first, second]);
    (await request(0)).answer(413, {
      title: "The file is too large",
      status: 413,
      code: "file_too_large",
      detail: "2 GB",
      remedy: "Split it.",
    });
    (await request(1)).answer(201, exampleDataset());
    await vi.waitFor(() => expect(states()).toEqual(["failed", "sent"]));
    expect(useUploads.getState().uploads[0]?.problem).toMatchObject({
      code: "file_too_large",
      remedy: "Split it.",
    });
  });

  it("says so when the connection breaks, and sends again when asked", async () => {
    addUploads([first]);
    (await request(0)).onerror?.();
    await vi.waitFor(() => expect(states()).toEqual(["failed"]));
    expect(useUploads.getState().uploads[0]?.problem?.code).toBe("unreachable");
    retryUpload(idAt(0));
    (await request(1)).answer(201, exampleDataset());
    await vi.waitFor(() => expect(states()).toEqual(["sent"]));
  });

  it("stops the file being sent and one that waits", async () => {
    addUploads([first, second]);
    await request(0);
    cancelUpload(idAt(1));
    cancelUpload(idAt(0));
    await vi.waitFor(() => expect(states()).toEqual(["cancelled", "cancelled"]));
    expect(FakeRequest.all).toHaveLength(1);
  });

  it("renews an expired token and sends the file again", async () => {
    server.use(signedInByCookie());
    addUploads([first]);
    (await request(0)).answer(401, {});
    (await request(1)).answer(201, exampleDataset());
    await vi.waitFor(() => expect(states()).toEqual(["sent"]));
  });

  it("leads to Explore only when one file was dropped alone", async () => {
    addUploads([first]);
    expect(useUploads.getState().uploads[0]?.opensWhenReady).toBe(true);
    addUploads([second]);
    expect(useUploads.getState().uploads.map((upload) => upload.opensWhenReady)).toEqual([
      false,
      true,
    ]);
    (await request(0)).answer(201, exampleDataset());
    (await request(1)).answer(201, exampleDataset());
    await vi.waitFor(() => expect(states()).toEqual(["sent", "sent"]));
  });
});
