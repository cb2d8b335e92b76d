/** Starting other programs from a script. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "./runtimes.ts";

/** How a program ended, and everything it wrote. */
export interface RunResult {
  /** The exit code; `undefined` when a signal ended it. */
  readonly code: number | undefined;
  /** Standard output and standard error, in the order in which they arrived. */
  readonly output: string;
  /** Standard output alone. */
  readonly stdout: string;
  readonly ms: number;
  /** It took too long and was killed. */
  readonly timedOut: boolean;
}

/** Options of {@linkcode run}. */
export interface RunOptions {
  /** The working directory; the project's folder unless given. */
  readonly cwd?: string;
  /** Variables added to the environment; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** After how many milliseconds it is killed, and all that it started. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end without a shell and without a standard input. A program that fails is a result. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [file = "", ...args] = argv;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? projectRoot,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that the guard reaches grandchildren too.
      detached: process.platform !== "win32",
    });
    let timedOut = false;
    const all: Uint8Array[] = [];
    const out: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => void (all.push(chunk), out.push(chunk)));
    child.stderr.on("data", (chunk: Uint8Array) => void all.push(chunk));
    const guard = options.timeoutMs === undefined ? undefined : setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
      // A grandchild that left the group may hold the pipes open: its output is not waited for.
      child.stdout.destroy();
      child.stderr.destroy();
    }, options.timeoutMs);
    const forget = endWithParent(() => killGroup(child.pid));
    child.on("error", (cause) => {
      clearTimeout(guard);
      forget();
      reject(new Error(`${file} could not be started.`, { cause }));
    });
    child.on("close", (code) => {
      clearTimeout(guard);
      forget();
      const text = (chunks: Uint8Array[]) => Buffer.concat(chunks).toString("utf8");
      resolve({
        code: code ?? undefined,
        output: text(all),
        stdout: text(out),
        ms: performance.now() - started,
        timedOut,
      });
    });
  });
}

/** As {@linkcode run}, but a failing program throws, with its output. */
export async function runOrThrow(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await run(argv, options);
  if (result.code !== 0) {
    throw new Error(`${argv.join(" ")} ended with ${result.code ?? "a signal"}:\n${result.output}`);
  }
  return result;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

const ending = new Set<() => void>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    for (const end of ending) end();
    process.kill(process.pid, signal);
  });
}

/** Children in groups of their own do not get the terminal's Ctrl-C: pass it on. */
function endWithParent(end: () => void): () => void {
  ending.add(end);
  return () => ending.delete(end);
}

/** The script behind a command of an installed package, to be run by Node itself rather than through PATH. */
export function tool(packageName: string, commandName: string): string {
  const folder = join(projectRoot, "node_modules", packageName);
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) throw new Error(`${packageName} is not installed: run \`npm install\`.`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin?: string | Record<string, string> };
  const script = typeof bin === "string" ? bin : bin?.[commandName];
  if (script === undefined) throw new Error(`${packageName} has no command ${commandName}.`);
  return join(folder, script);
}
