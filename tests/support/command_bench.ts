/**
 * A workbench for the built command: a cache of its own, questions that are held back until they are let go, and what can
 * be seen of it all from outside.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { type ChildProcess, spawn, spawnSync, type StdioOptions } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { utimesSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { command, projectRoot, type RuntimeName } from "../../scripts/runtimes.ts";

/** The longest that anything is waited for: far more than it ever takes. */
export const GUARD_MS = 60_000;

/** The runtime that this test runs on. */
export const ownRuntime: RuntimeName = process.versions["deno"] !== undefined
  ? "deno"
  : process.versions["bun"] !== undefined
  ? "bun"
  : "node";

/** How the command ended, and what it wrote. */
export interface Ended {
  /** As a shell tells it: 128 and the signal's number if a signal ended it. Deno cannot tell these two apart. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly text: string;
  readonly stderr: string;
}

/** The command while it runs. */
export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  /** What it has written to standard output so far. */
  readonly soFar: () => string;
  /** Resolves when it has ended and nobody holds its outputs any more. */
  readonly ended: Promise<Ended>;
}

/** What differs from a plain start. */
export interface StartOptions {
  readonly runtime?: RuntimeName;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio?: StdioOptions;
  /** The executable, instead of the runtime's. */
  readonly executable?: string;
}

/** A marker, as it is on disk. */
export interface Marker {
  readonly pid: number;
  readonly token: string;
  readonly last_error?: string;
  readonly attempts?: number;
}

/** Waits until something holds. */
export async function until<T>(what: string | (() => string), look: () => T | undefined | false): Promise<T> {
  const start = performance.now();
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() - start > GUARD_MS) {
      throw new Error(`${typeof what === "string" ? what : what()}: not within ${GUARD_MS} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What `ps` says of a process in one column; empty if there is no such process. */
export function processColumn(pid: number, column: string): string {
  return spawnSync("ps", ["-o", `${column}=`, "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
}

/** Whether a process is there and is no zombie. */
export function lives(pid: number): boolean {
  const state = processColumn(pid, "stat");
  return state !== "" && !state.startsWith("Z");
}

/** Whether a descriptor belongs to a watch on files. */
function isWatch(descriptor: string): boolean {
  try {
    return readlinkSync(descriptor).includes("inotify");
  } catch {
    return false;
  }
}

/** Resolves when a process waits for somebody else's refresh: on Linux, when it watches a folder. */
export async function untilItWaits({ pid }: Running): Promise<void> {
  const descriptors = `/proc/${pid}/fd`;
  // Elsewhere this must do: nothing else of a waiter can be seen from outside.
  if (!existsSync(descriptors)) return await new Promise((resolve) => setTimeout(resolve, 2_000));
  await until(`process ${pid} waits`, () => {
    if (!existsSync(descriptors)) throw new Error(`process ${pid} has ended instead of waiting`);
    return readdirSync(descriptors).some((name) => isWatch(join(descriptors, name)));
  });
}

function follow(child: ChildProcess): Running {
  const out: Uint8Array[] = [];
  const complaints: Uint8Array[] = [];
  child.stdout?.on("data", (chunk: Uint8Array) => out.push(chunk));
  child.stderr?.on("data", (chunk: Uint8Array) => complaints.push(chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const stdout = Buffer.concat(out);
      const number = code ?? 128 + (constants.signals[signal ?? "SIGKILL"] ?? 0);
      resolve({ code: number, stdout, text: stdout.toString(), stderr: Buffer.concat(complaints).toString() });
    });
  });
  return { pid: child.pid ?? -1, child, soFar: () => Buffer.concat(out).toString(), ended };
}

/** A cache in a folder of its own. */
export class CommandBench {
  /** The folder, with the cache in it and all else that a test makes. */
  readonly folder: string = mkdtempSync(join(tmpdir(), "discoverycache-command-"));
  readonly root: string = join(this.folder, "root");
  readonly #running = new Set<Running>();

  /** Starts the command on this cache. */
  start(args: readonly string[], options: StartOptions = {}): Running {
    const [executable = "", ...rest] = this.commandLine(args, options.runtime);
    return this.startOther([options.executable ?? executable, ...rest], options);
  }

  /** The command line of the command: the runtime's executable first. */
  commandLine(args: readonly string[], runtime: RuntimeName = ownRuntime): string[] {
    return [...command(runtime, join(projectRoot, "dist/cli.js")), ...args];
  }

  /** Starts anything. */
  startOther(argv: readonly string[], options: StartOptions = {}): Running {
    const [file = "", ...args] = argv;
    const { stdio = ["ignore", "pipe", "pipe"] } = options;
    const env = { ...process.env, NO_COLOR: "1", ...options.env };
    const running = follow(spawn(file, args, { cwd: options.cwd ?? this.folder, env, stdio }));
    this.#running.add(running);
    void running.ended.then(() => this.#running.delete(running), () => this.#running.delete(running));
    return running;
  }

  /** Starts `run` with options and a command. */
  startRun(options: readonly string[], argv: readonly string[], how?: StartOptions): Running {
    return this.start(["run", "--root", this.root, ...options, "--", ...argv], how);
  }

  /** Runs `run` to its end. */
  async run(options: readonly string[], argv: readonly string[], how?: StartOptions): Promise<Ended> {
    return await this.startRun(options, argv, how).ended;
  }

  /** A command that notes its start, waits until the gate is open, says something on both outputs, and ends. */
  question(answer: string, how: { gate?: string; complaint?: string; code?: number } = {}): string[] {
    const script = 'echo $$ >>"$1/starts"; while [ ! -e "$1/$2" ]; do sleep 0.02; done; ' +
      'printf %s "$3"; printf %s "$4" >&2; exit "$5"';
    const { gate = ".", complaint = "", code = 0 } = how;
    return ["sh", "-c", script, "question", this.folder, gate, answer, complaint, String(code)];
  }

  /** Lets go of whoever waits at a gate. */
  open(gate: string): void {
    writeFileSync(join(this.folder, gate), "");
  }

  /** The processes of the questions that were started, the first one first. */
  starts(): number[] {
    const path = join(this.folder, "starts");
    const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
    return lines.filter((line) => line !== "").map(Number);
  }

  /** The path of a source's data. */
  dataPath(name: string): string {
    return join(this.root, "discovery", `${name}.json`);
  }

  /** A source's data; `undefined` if there is none. */
  data(name: string): string | undefined {
    return existsSync(this.dataPath(name)) ? readFileSync(this.dataPath(name), "utf8") : undefined;
  }

  /** Puts data there, as old as two days. */
  async fill(name: string, data: string): Promise<void> {
    const { code, stderr } = await this.run(["--name", name, "--refresh", "force"], ["printf", "%s", data]);
    if (code !== 0) throw new Error(stderr);
    this.age(name);
  }

  /** Makes data two days old. */
  age(name: string): void {
    const then = Date.now() / 1_000 - 2 * 24 * 60 * 60;
    utimesSync(this.dataPath(name), then, then);
  }

  /** A source's marker; `undefined` if there is none. */
  marker(name: string): Marker | undefined {
    try {
      return JSON.parse(readFileSync(join(this.root, "discovery", `${name}.refreshing`), "utf8")) as Marker;
    } catch {
      return undefined;
    }
  }

  /** Changes a marker behind everybody's back. */
  editMarker(name: string, change: Readonly<Record<string, unknown>>): void {
    const path = join(this.root, "discovery", `${name}.refreshing`);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
  }

  /** Lets a failure cool down for an hour, whatever chance had decided. */
  coolDown(name: string): void {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    this.editMarker(name, { deadline: later, retry_at: later });
  }

  /** Ends whatever a test has left behind, and removes the folder. */
  async close(): Promise<void> {
    for (const { child } of this.#running) child.kill("SIGKILL");
    for (const pid of [...this.#refreshers(), ...this.starts().map((leader) => -leader)]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    }
    // Whoever is just ending may still put something there, or take it away under the hands of whoever removes it.
    await until(`${this.folder} is removed`, () => {
      try {
        rmSync(this.folder, { recursive: true, force: true });
      } catch {
        // Look again.
      }
      return !existsSync(this.folder);
    });
  }

  /** The processes that hold a claim. */
  #refreshers(): number[] {
    const folder = join(this.root, "discovery");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const markers = names.filter((name) => name.endsWith(".refreshing")).map((name) => this.marker(name.slice(0, -11)));
    return markers.flatMap((marker) => marker === undefined || marker.last_error !== undefined ? [] : [marker.pid]);
  }
}
