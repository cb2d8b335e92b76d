/** Where the demo plays: a temporary folder with a cache, a counted npm, and the command on each runtime. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { command, projectRoot, type RuntimeName } from "../runtimes.ts";

/** The longest that anything is waited for: far more than it ever takes. */
const guardMs = 60_000;

/** How one start of the command went. */
export interface Took {
  readonly pid: number;
  readonly runtime: RuntimeName;
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the start to the last byte of the answer; `undefined` if there was none. */
  readonly lastByte: number | undefined;
  /** Milliseconds from the start to the exit. */
  readonly exit: number;
}

/** The command while it runs. */
export interface Running {
  readonly pid: number;
  readonly runtime: RuntimeName;
  readonly took: Promise<Took>;
}

/** Waits until something is so. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const start = performance.now(); performance.now() - start < guardMs;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await pause(10);
  }
  throw new Error(`${what}: not within ${guardMs / 1000} s`);
}

/** A while. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function findNpm(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, "npm")).find(existsSync);
  if (found === undefined) throw new Error("There is no npm on the PATH: install Node with its npm.");
  return found;
}

/** The temporary folder, and what is in it. */
export class Stage {
  readonly folder: string = mkdtempSync(join(tmpdir(), "discoverycache-demo-"));
  /** Asks npm, after a line in a file has been added. */
  readonly npm: string = join(this.folder, "npm");
  readonly #started = new Set<number>();

  constructor() {
    const script = `#!/bin/sh\necho $$ >>'${this.#counter}'\nexec '${findNpm()}' "$@"\n`;
    writeFileSync(this.npm, script);
    chmodSync(this.npm, 0o755);
  }

  get #counter(): string {
    return join(this.folder, "npm-starts");
  }

  /** The processes of npm, the first one first. */
  npmStarts(): number[] {
    const lines = existsSync(this.#counter) ? readFileSync(this.#counter, "utf8").split("\n") : [];
    return lines.filter((line) => line !== "").map(Number);
  }

  /** Starts `discoverycache run` on a runtime. */
  run(runtime: RuntimeName, name: string, question: readonly string[], mode = "background"): Running {
    const options = ["--root", join(this.folder, "cache"), "--name", name, "--deadline", "60s", "--refresh", mode];
    const words = ["run", ...options, "--", this.npm, ...question];
    const [file = "", ...args] = [...command(runtime, join(projectRoot, "dist/cli.js")), ...words];
    const start = performance.now();
    const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" };
    const child = spawn(file, args, { cwd: projectRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    const pid = child.pid ?? -1;
    this.#started.add(pid);
    let lastByte: number | undefined;
    let exit = 0;
    const stdout: string[] = [];
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout.push(text);
      lastByte = performance.now() - start;
    });
    child.stderr.on("data", (text) => stderr += text);
    child.on("exit", () => exit = performance.now() - start);
    const took = new Promise<Took>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        this.#started.delete(pid);
        resolve({ pid, runtime, code: code ?? undefined, stdout: stdout.join(""), stderr, lastByte, exit });
      });
    });
    return { pid, runtime, took };
  }

  #path(name: string, ending: string): string {
    return join(this.folder, "cache/discovery", `${name}.${ending}`);
  }

  /** Makes data as old as it would be in two days. */
  age(name: string): void {
    const then = Date.now() / 1000 - 2 * 24 * 60 * 60;
    utimesSync(this.#path(name, "json"), then, then);
  }

  /** How old data is, in milliseconds. */
  ageOf(name: string): number {
    return Date.now() - statSync(this.#path(name, "json")).mtimeMs;
  }

  /** The process that refreshes a source; `undefined` if none does. */
  refresher(name: string): number | undefined {
    try {
      const marker = JSON.parse(readFileSync(this.#path(name, "refreshing"), "utf8")) as Record<string, unknown>;
      return marker["last_error"] === undefined ? Number(marker["pid"]) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Waits until a process waits for a change of the cache: where that can be seen, it watches the folder. */
  async untilItWaits({ pid }: Running): Promise<void> {
    const descriptors = `/proc/${pid}/fd`;
    // Elsewhere this must do. Whoever comes later takes over just the same.
    if (!existsSync(descriptors)) return await pause(2_000);
    await until(`process ${pid} waits`, () => {
      if (!existsSync(descriptors)) throw new Error(`process ${pid} has ended instead of waiting`);
      return readdirSync(descriptors).some((descriptor) => isWatch(join(descriptors, descriptor)));
    });
  }

  /** Ends what is left, and removes the folder. */
  close(): void {
    for (const pid of this.#started) kill(pid, "SIGKILL");
    for (const pid of this.npmStarts()) kill(-pid, "SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function isWatch(descriptor: string): boolean {
  try {
    return readlinkSync(descriptor).includes("inotify");
  } catch {
    return false;
  }
}

/** Sends a signal, to a process or with a minus to a group, if there still is one. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
