// One WebSocket a tab. The server sends whole jobs, so nothing is merged here: the channel keeps
// the connection, the subscriptions, and for each job the last sequence number it has seen, which
// a reconnect hands back so that no state change is lost.
import type { JobRead } from "./contract.ts";
import type { Problem } from "./problem.ts";

export type LiveStatus = "off" | "connecting" | "open" | "waiting";

type ServerMessage =
  | { type: "snapshot"; job: JobRead; seq: number }
  | {
      type: "event";
      job_id: number;
      seq: number;
      event: "progress" | "state" | "log";
      job: JobRead;
    }
  | { type: "pong" }
  | { type: "error"; problem: Problem };

/** What the channel needs of a WebSocket; the browser's fits. */
export interface LiveSocket {
  readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send: (text: string) => void;
  close: (code?: number) => void;
}

interface LiveChannelOptions {
  url: string;
  /** A fresh single-use ticket; throws when the service cannot be reached. */
  getTicket: () => Promise<string>;
  /** Called with every job the server sends that is news. */
  onJob: (job: JobRead) => void;
  onStatus?: (status: LiveStatus) => void;
  openSocket?: (url: string, protocols: string[]) => LiveSocket;
  /** In [0, 1); spreads reconnects so that a restart is not met by all tabs at once. */
  random?: () => number;
}

const OPEN = 1;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
const PING_EVERY_MS = 25_000;
const SILENCE_LIMIT_MS = 60_000;

export class LiveChannel {
  private readonly options: Required<LiveChannelOptions>;
  private socket: LiveSocket | null = null;
  private started = false;
  private failures = 0;
  private generation = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private lastHeard = 0;
  private watchers = 0;
  private readonly subscribers = new Map<number, number>();
  private readonly lastSeq = new Map<number, number>();

  constructor(options: LiveChannelOptions) {
    this.options = {
      onStatus: () => {},
      random: Math.random,
      openSocket: (url, protocols) => new WebSocket(url, protocols) as LiveSocket,
      ...options,
    };
  }

  /** Connects and stays connected until `stop`. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.failures = 0;
    void this.connect();
  }

  /** Disconnects and forgets what was seen; subscriptions stay for the next start. */
  stop(): void {
    this.started = false;
    this.generation += 1;
    clearTimeout(this.retryTimer);
    this.drop();
    this.lastSeq.clear();
    this.options.onStatus("off");
  }

  /** Follows one job; returns how to stop. Several followers share one subscription. */
  subscribe(jobId: number): () => void {
    const count = this.subscribers.get(jobId) ?? 0;
    this.subscribers.set(jobId, count + 1);
    if (count === 0) this.sendSubscribe(jobId);
    return () => {
      const left = (this.subscribers.get(jobId) ?? 1) - 1;
      if (left > 0) {
        this.subscribers.set(jobId, left);
      } else if (this.subscribers.delete(jobId)) {
        this.send({ op: "unsubscribe", job: jobId });
      }
    };
  }

  /** Follows the state changes of all own jobs; returns how to stop. */
  watchJobs(): () => void {
    this.watchers += 1;
    if (this.watchers === 1) this.send({ op: "watch", topics: ["jobs"] });
    return () => {
      this.watchers -= 1;
    };
  }

  private async connect(): Promise<void> {
    const generation = ++this.generation;
    this.options.onStatus("connecting");
    let ticket: string;
    try {
      ticket = await this.options.getTicket();
    } catch {
      if (generation === this.generation) this.retryLater();
      return;
    }
    if (generation !== this.generation || !this.started) return;
    const socket = this.options.openSocket(this.options.url, ["fiedler.v1", `ticket.${ticket}`]);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.heard(event.data);
    socket.onclose = () => {
      // Whatever the code (4401 ticket, 4408 slow consumer, 1012 restart, 1006 network), the way
      // on is the same: a fresh ticket, and after_seq picks up where this connection ended.
      if (this.socket !== socket) return;
      this.drop();
      if (this.started) this.retryLater();
    };
  }

  private opened(): void {
    this.lastHeard = Date.now();
    this.options.onStatus("open");
    if (this.watchers > 0) this.send({ op: "watch", topics: ["jobs"] });
    for (const jobId of this.subscribers.keys()) this.sendSubscribe(jobId);
    this.pingTimer = setInterval(() => {
      if (Date.now() - this.lastHeard > SILENCE_LIMIT_MS) {
        // A dead connection may never report its close by itself.
        const socket = this.socket;
        this.drop();
        socket?.close();
        this.retryLater();
      } else {
        this.send({ op: "ping" });
      }
    }, PING_EVERY_MS);
  }

  private heard(data: unknown): void {
    this.lastHeard = Date.now();
    this.failures = 0;
    if (typeof data !== "string") return;
    const message = JSON.parse(data) as ServerMessage;
    if (message.type !== "snapshot" && message.type !== "event") return;
    const { job, seq } = message;
    const seen = this.lastSeq.get(job.id) ?? -1;
    if (seq < seen || (message.type === "event" && seq === seen)) return;
    this.lastSeq.set(job.id, seq);
    this.options.onJob(job);
  }

  private sendSubscribe(jobId: number): void {
    this.send({ op: "subscribe", job: jobId, after_seq: this.lastSeq.get(jobId) ?? 0 });
  }

  private send(message: object): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }

  private drop(): void {
    clearInterval(this.pingTimer);
    const socket = this.socket;
    this.socket = null;
    if (socket && socket.readyState <= OPEN) socket.close(1000);
  }

  private retryLater(): void {
    this.options.onStatus("waiting");
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures);
    this.failures += 1;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(
      () => {
        if (this.started) void this.connect();
      },
      longest * (0.5 + this.options.random() / 2),
    );
  }
}
