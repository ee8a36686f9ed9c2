import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobRead } from "./contract.ts";
import { exampleJob } from "./fakeServer.ts";
import { LiveChannel, type LiveSocket, type LiveStatus } from "./liveChannel.ts";

class FakeSocket implements LiveSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  receive(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  lose(code: number) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

let sockets: FakeSocket[];
let tickets: number;
let jobs: JobRead[];
let statuses: LiveStatus[];
let channel: LiveChannel;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  tickets = 0;
  jobs = [];
  statuses = [];
  channel = new LiveChannel({
    url: "ws://localhost/ws",
    getTicket: () => Promise.resolve(`t${++tickets}`),
    onJob: (job) => jobs.push(job),
    onStatus: (status) => statuses.push(status),
    openSocket: (url, protocols) => {
      const socket = new FakeSocket(url, protocols);
      sockets.push(socket);
      return socket;
    },
    random: () => 1,
  });
});

afterEach(() => {
  channel.stop();
  vi.useRealTimers();
});

async function connected(): Promise<FakeSocket> {
  channel.start();
  await vi.advanceTimersByTimeAsync(0);
  return opened();
}

function opened(): FakeSocket {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("No socket was opened.");
  socket.open();
  return socket;
}

function event(seq: number, changes: Partial<JobRead> = {}) {
  const job = exampleJob(changes);
  return { type: "event", job_id: job.id, seq, event: "progress", job };
}

describe("the live channel", () => {
  it("opens with a ticket, watches, and subscribes from the beginning", async () => {
    channel.watchJobs();
    channel.subscribe(7);
    const socket = await connected();
    expect(socket.protocols).toEqual(["fiedler.v1", "ticket.t1"]);
    expect(socket.sent).toEqual([
      { op: "watch", topics: ["jobs"] },
      { op: "subscribe", job: 7, after_seq: 0 },
    ]);
  });

  it("comes back with a fresh ticket and the last number it has seen", async () => {
    channel.subscribe(7);
    const first = await connected();
    first.receive({ type: "snapshot", job: exampleJob(), seq: 3 });
    first.receive(event(5));
    first.lose(1012);
    expect(statuses.at(-1)).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    const second = opened();
    expect(second.protocols).toEqual(["fiedler.v1", "ticket.t2"]);
    expect(second.sent).toEqual([{ op: "subscribe", job: 7, after_seq: 5 }]);
    expect(statuses.at(-1)).toBe("open");
  });

  it("waits longer after each failure, up to twenty seconds, and starts over when heard", async () => {
    await connected();
    const waits = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000];
    for (const wait of waits) {
      const before = sockets.length;
      sockets.at(-1)?.lose(1006);
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(sockets).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(sockets).toHaveLength(before + 1);
    }
    opened().receive({ type: "pong" });
    sockets.at(-1)?.lose(1006);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(waits.length + 2);
  });

  it("passes on news only: neither what it has seen nor what is older", async () => {
    channel.subscribe(7);
    const socket = await connected();
    socket.receive(event(2, { progress: 0.2 }));
    socket.receive(event(2, { progress: 0.2 }));
    socket.receive(event(1, { progress: 0.1 }));
    socket.receive({ type: "snapshot", job: exampleJob({ progress: 0.2 }), seq: 2 });
    socket.receive(event(3, { progress: 0.3 }));
    expect(jobs.map((job) => job.progress)).toEqual([0.2, 0.2, 0.3]);
  });

  it("shares one subscription among followers and ends it with the last", async () => {
    const socket = await connected();
    const first = channel.subscribe(7);
    const second = channel.subscribe(7);
    first();
    expect(socket.sent).toEqual([{ op: "subscribe", job: 7, after_seq: 0 }]);
    second();
    expect(socket.sent.at(-1)).toEqual({ op: "unsubscribe", job: 7 });
  });

  it("replaces a connection that has gone silent", async () => {
    const socket = await connected();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(socket.sent).toEqual([{ op: "ping" }]);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(socket.readyState).toBe(3);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
  });

  it("stays closed after a stop, also when a ticket was under way", async () => {
    channel.start();
    channel.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(0);
    expect(statuses.at(-1)).toBe("off");
  });
});
