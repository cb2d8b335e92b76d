/**
 * Child processes that do a job with an adapter of their own, on any runtime, from the built programs.
 *
 * @module
 */

import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { command, projectRoot } from "../../scripts/runtimes.ts";
import { type TestRuntime, testRuntimes } from "../../scripts/test/plan.ts";
import type { ChildKind, Job, VerbCall, VerbResult } from "./child_jobs.ts";
import { rounds } from "./rounds.ts";

/** The runtimes, for tests in which processes of all of them meet. */
export const everyRuntime: readonly TestRuntime[] = testRuntimes;

/** Puts something before a command line, such as `setpriv`. */
export type Wrap = (argv: readonly string[]) => readonly string[];

/** A child. */
export interface Child {
  readonly pid: number;
  /** What it printed last, as JSON, when it has ended by itself. Rejects if it failed. */
  readonly result: Promise<unknown>;
  /** Ends it with SIGKILL, and waits for that. */
  kill(): Promise<void>;
}

/** The command line of a built program. */
export function programCommand(kind: ChildKind, program: string): readonly string[] {
  return command(kind.runtime, join(projectRoot, "dist-test/programs", `${program}.js`), kind.denoFlags);
}

function jobCommand(kind: ChildKind, job: Job): readonly string[] {
  return [...programCommand(kind, "adapter_child"), kind.adapter, JSON.stringify(job)];
}

/** The command line of a child that calls verbs. */
export function verbCommand(kind: ChildKind, calls: readonly VerbCall[]): readonly string[] {
  return jobCommand(kind, { job: "verbs", calls });
}

/** Starts a child with a job. */
export function startJob(kind: ChildKind, job: Job, wrap: Wrap = (argv) => argv): Child {
  const { pid, output, kill } = start(wrap(jobCommand(kind, job)));
  const result = output.then((text) => JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as unknown);
  // Whoever kills the child does not ask for its result.
  result.catch(() => {});
  return { pid, result, kill };
}

/** What a command prints; rejects if it fails. */
export async function outputOf(argv: readonly string[]): Promise<string> {
  return await start(argv).output;
}

/** Starts a child with a job, and waits for its result. */
export async function runJob<T>(kind: ChildKind, job: Job, wrap?: Wrap): Promise<T> {
  return await startJob(kind, job, wrap).result as T;
}

/** Lets a child call verbs. */
export async function runVerbs(
  kind: ChildKind,
  calls: readonly VerbCall[],
  { wrap, times = 1 }: { readonly wrap?: Wrap; readonly times?: number } = {},
): Promise<VerbResult[]> {
  return await runJob<VerbResult[]>(kind, { job: "verbs", calls, times }, wrap);
}

/** A user that owns nothing. */
export const NOBODY = 65_534;

/** As that user. */
export const asNobody: Wrap = (argv) => [
  "setpriv",
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  "--clear-groups",
  ...argv,
];

/** With a umask. */
export function withUmask(umask: number): Wrap {
  return (argv) => ["sh", "-c", `umask ${umask.toString(8)}; exec "$@"`, "sh", ...argv];
}

/** After that, a child that should have ended is killed: nothing else would end it. In milliseconds. */
const CHILD_PATIENCE_MS = 90_000 * rounds;

interface Started {
  readonly pid: number;
  readonly output: Promise<string>;
  kill(): Promise<void>;
}

function start([file = "", ...args]: readonly string[]): Started {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
  let printed = "";
  let complaints = "";
  child.stdout.on("data", (data) => printed += data);
  child.stderr.on("data", (data) => complaints += data);
  const ended = new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
  });
  let late = false;
  const guard = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, CHILD_PATIENCE_MS);
  const output = ended.then((how) => {
    clearTimeout(guard);
    if (late) throw new Error(`the child did not end within ${CHILD_PATIENCE_MS} ms: ${complaints}${printed}`);
    if (how !== 0) throw new Error(`the child ended with ${how}: ${complaints}${printed}`);
    if (complaints !== "") throw new Error(`the child complained: ${complaints}`);
    return printed;
  });
  output.catch(() => {});
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { pid: child.pid ?? -1, output, kill };
}

/** A process that lives until it is ended. */
export interface Lasting {
  readonly pid: number;
  /** What it printed first; empty if nobody waited for that. */
  readonly firstLine: string;
  /** Ends it with SIGKILL, and waits until nothing of it is left. */
  end(): Promise<void>;
}

/** Starts a process that does nothing; waits for its first line, if told to. */
export async function startLasting([file = "", ...args]: readonly string[], waits = false): Promise<Lasting> {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const started = new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    if (waits) child.stdout.once("data", (data) => resolve(String(data).trim()));
    else child.once("spawn", () => resolve(""));
  });
  const end = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { firstLine: await started, pid: child.pid ?? -1, end };
}

/** Runs a tool of the system. */
export function tool(file: string, ...args: string[]): { readonly ok: boolean; readonly says: string } {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: "utf8" });
  const says = error === undefined ? `${stderr}${stdout}`.trim() : error.message;
  return { ok: status === 0, says };
}
