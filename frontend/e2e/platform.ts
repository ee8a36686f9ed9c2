// The real platform for a test: migrations, API, worker and built page, in a folder of its own on a free port.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");
/** Compiling the engine's kernels for the first time takes a while. */
const START_SECONDS = 180;
const STOP_SECONDS = 20;

export interface Platform {
  /** Origin, e.g. http://localhost:40123. */
  origin: string;
  /** The owner's one-time link. */
  welcome: string;
  /** What the platform has printed so far. */
  output: () => string;
  stop: () => Promise<void>;
}

/** Start the platform and wait until it is ready, or take the one that E2E_WELCOME, a link that signs in once, leads to. */
export async function startPlatform(): Promise<Platform> {
  const welcome = process.env.E2E_WELCOME;
  if (welcome) {
    return { origin: new URL(welcome).origin, welcome, output: () => "", stop: async () => {} };
  }
  const page = process.env.FRONTEND_DIST ?? join(ROOT, "frontend/dist");
  if (!existsSync(join(page, "index.html"))) {
    throw new Error(`${page} holds no built page; run "npm run build" first.`);
  }
  const python = join(ROOT, "backend/.venv/bin/python");
  if (!existsSync(python)) throw new Error(`${python} is missing; run "make setup" first.`);
  const folder = await mkdtemp(join(tmpdir(), "fiedler-e2e-"));
  const port = await freePort();
  let output = "";
  const child = spawn(python, ["-m", "app", "up"], {
    cwd: join(ROOT, "backend"),
    env: {
      ...process.env,
      DATA_DIR: folder,
      PORT: String(port),
      HOST: "127.0.0.1",
      FRONTEND_DIST: page,
      DATABASE_URL: "",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  const origin = `http://localhost:${port}`;
  try {
    await ready(origin, child, () => output);
    const link = /https?:\/\/\S+\/welcome\?token=([^\s&]+)/.exec(output);
    if (!link) throw new Error(`the platform printed no sign-in link:\n${output}`);
    return { origin, welcome: `${origin}/welcome?token=${link[1]}`, output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(origin: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      throw new Error(`the platform ended with status ${child.exitCode}:\n${output()}`);
    }
    const answer = await fetch(`${origin}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error(`the platform was not ready after ${START_SECONDS} s:\n${output()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_SECONDS * 1000);
  await ended;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? done(address.port) : fail(new Error("no port")),
      );
    });
  });
}
