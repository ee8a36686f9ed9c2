// Files on their way to the server, one after another. The queue lives beside React, so that an
// upload goes on while its owner looks at another page.
import { create } from "zustand";
import type { DatasetRead } from "../../api/contract.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { type TransferSample, transferSpeed, withSample } from "./transferSpeed.ts";
import { type UploadRequest, uploadFile } from "./uploadRequest.ts";

export interface Upload {
  id: number;
  file: File;
  state: "waiting" | "sending" | "sent" | "failed" | "cancelled";
  sentBytes: number;
  /** Bytes a second, null while unknown. */
  speed: number | null;
  /** The connection is lost, and the upload goes on by itself when it is back. */
  interrupted: boolean;
  problem: Problem | null;
  /** What the server made of it, once sent. */
  dataset: DatasetRead | null;
  /** Leads to Explore when its import is done, as the owner asked for no other file meanwhile. */
  opensWhenReady: boolean;
}

interface UploadQueue {
  uploads: Upload[];
}

export const useUploads = create<UploadQueue>(() => ({ uploads: [] }));

/** From this size on a file goes in pieces, so that a lost connection does not cost all of it. */
export const RESUMABLE_BYTES = 16 * 2 ** 20;

const controllers = new Map<number, AbortController>();
let nextId = 1;
let running = false;

/** Puts files at the end of the queue and starts it. */
export function addUploads(files: readonly File[]): void {
  if (files.length === 0) return;
  const added = files.map((file) => ({ ...fresh(file), opensWhenReady: files.length === 1 }));
  useUploads.setState(({ uploads }) => ({
    uploads: [...uploads.map((upload) => ({ ...upload, opensWhenReady: false })), ...added],
  }));
  void run();
}

/** Stops an upload that waits or is being sent. */
export function cancelUpload(id: number): void {
  const controller = controllers.get(id);
  if (controller) controller.abort(new DOMException("Cancelled", "AbortError"));
  else change(id, { state: "cancelled" });
}

/** Sends a failed or cancelled file again. */
export function retryUpload(id: number): void {
  change(id, { state: "waiting", sentBytes: 0, speed: null, interrupted: false, problem: null });
  void run();
}

/** Takes an upload off the list; what the server holds stays. */
export function dismissUpload(id: number): void {
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((one) => one.id !== id) }));
}

async function run(): Promise<void> {
  if (running) return;
  running = true;
  try {
    for (let next = firstWaiting(); next; next = firstWaiting()) await sendOne(next);
  } finally {
    running = false;
  }
}

async function sendOne({ id, file }: Upload): Promise<void> {
  const controller = new AbortController();
  controllers.set(id, controller);
  change(id, { state: "sending" });
  let samples: TransferSample[] = [];
  try {
    const dataset = await send({
      file,
      signal: controller.signal,
      onProgress: (sentBytes) => {
        samples = withSample(samples, { time: performance.now(), bytes: sentBytes });
        change(id, { sentBytes, speed: transferSpeed(samples), interrupted: false });
      },
      onInterrupted: () => {
        samples = [];
        change(id, { speed: null, interrupted: true });
      },
    });
    change(id, { state: "sent", sentBytes: file.size, speed: null, interrupted: false, dataset });
  } catch (error) {
    if (controller.signal.aborted) change(id, { state: "cancelled", speed: null });
    else change(id, { state: "failed", speed: null, problem: asProblem(error) });
  } finally {
    controllers.delete(id);
  }
}

async function send(request: UploadRequest & { onInterrupted: () => void }): Promise<DatasetRead> {
  if (request.file.size < RESUMABLE_BYTES) return uploadFile(request);
  // What few need is loaded when somebody does.
  const { uploadResumably } = await import("./resumableUpload.ts");
  return uploadResumably(request);
}

function firstWaiting(): Upload | undefined {
  return useUploads.getState().uploads.find((upload) => upload.state === "waiting");
}

function change(id: number, changes: Partial<Upload>): void {
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)),
  }));
}

function fresh(file: File): Upload {
  return {
    id: nextId++,
    file,
    state: "waiting",
    sentBytes: 0,
    speed: null,
    interrupted: false,
    problem: null,
    dataset: null,
    opensWhenReady: false,
  };
}
