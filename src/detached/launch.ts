/**
 * Starts a refresh in a process of its own, on whichever runtime this is.
 *
 * ## In which order a claim is handed over, and why
 *
 * 1. The claim is made, by this process. From now on nobody else refreshes.
 * 2. The supervisor is started, in a session of its own and with no terminal. It is told everything on its command line.
 * 3. The claim is transferred: its marker names the supervisor. Whoever looks finds an owner that lives.
 * 4. The supervisor writes its own name into the marker, which it may do only while the claim is current, and begins.
 *
 * The first three are done in one turn of the event loop: a program may exit as soon as it has the stale data. If it dies
 * between two of them, the marker names somebody who is gone, or the supervisor: then either the supervisor finds the
 * claim still current and goes on, or somebody else has taken it over, and the supervisor ends. If the supervisor dies,
 * the marker names it, and its worker, whose standard input ends with it, ends as well. In each case the next caller takes
 * over; in none do two refresh under one claim.
 *
 * @module
 */

import type { Launched, Launcher, LaunchRequest } from "../launcher.ts";
import { isGranted, permissionFlags } from "./deno_flags.ts";
import { isInside } from "./inside.ts";
import { type Job, SUPERVISE, WORK } from "./job.ts";
import { childFlags } from "./node_flags.ts";
import { spawn, system } from "./system.ts";

/** Where a launcher's supervisors work. */
export interface LaunchOptions {
  /** The cache's folder. */
  readonly root: string;
  /** Whether data is forced to disk before it is committed. */
  readonly durable: boolean;
  /** Whether there is a file. */
  readonly exists: (path: string) => boolean;
}

interface DenoHost {
  readonly version?: { readonly deno?: unknown };
  readonly build: { readonly standalone?: boolean };
  execPath(): string;
  readonly Command: new (file: string, options: Readonly<Record<string, unknown>>) => {
    spawn(): { readonly pid: number; unref(): void };
  };
}

interface Globals {
  readonly Deno?: DenoHost;
  readonly Bun?: unknown;
}

/** Why there can be no process, for people. */
class Obstacle extends Error {}

const { Deno: deno, Bun: bun } = globalThis as unknown as Globals;
const isDeno = typeof deno?.version?.deno === "string";

/** The program of the two processes, beside this module as it is published: as a source, or in a bundled file. */
function childEntry({ exists }: LaunchOptions): string {
  const { pathname, href } = new URL(import.meta.url ?? "file:///");
  const beside = /\/src\/detached\/launch\.ts$/.test(pathname)
    ? "./child.ts"
    : /\/dist\/mod\.js$/.test(pathname)
    ? "./detached.js"
    : undefined;
  const entry = beside === undefined ? undefined : new URL(beside, href);
  if (entry === undefined || (entry.protocol === "file:" && !exists(filePath(entry)))) {
    throw new Obstacle("this package was bundled into another file, and the program of the process is not beside it");
  }
  return entry.href;
}

/** The path of a file's URL. */
function filePath({ pathname }: URL): string {
  return decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:)/, "");
}

/** A program that was compiled would start itself again. */
function isCompiled(): boolean {
  if (isDeno) return deno?.build.standalone === true;
  if (bun !== undefined) return /^file:\/\/\/(?:\$bunfs|[A-Z]:\/~BUN)\//.test(import.meta.url ?? "");
  const process = system();
  const isPacked = process.versions["electron"] !== undefined || process.pkg !== undefined;
  return isPacked || process.getBuiltinModule("node:sea")?.isSea() === true;
}

/** The command lines of the supervisor, to be followed by its job, and of its worker. */
function commandLines(options: LaunchOptions, { module, permissions }: LaunchRequest): readonly [string[], string[]] {
  if (isInside()) throw new Obstacle("this process is itself one of a detached refresh");
  if (isCompiled()) throw new Obstacle("the program is a compiled binary, which can only start itself");
  const entry = childEntry(options);
  if (!isDeno) {
    const { execPath, execArgv } = system();
    const program = entry.startsWith("file:") ? filePath(new URL(entry)) : entry;
    const flags = childFlags(execArgv);
    // Its own code needs none of them, unless that is TypeScript, too.
    const own = program.endsWith(".ts") ? flags : [];
    return [[execPath, ...own, program, SUPERVISE], [execPath, ...flags, program, WORK]];
  }
  const { root } = options;
  if (permissions === undefined) {
    throw new Obstacle("on Deno, detached: { permissions: [...] } has to say what its process may do");
  }
  const command = deno?.execPath() ?? "";
  const run = [command, "run", "--quiet", "--no-prompt"];
  const needs = [{ name: "read", path: root }, { name: "write", path: root }, { name: "run", command }];
  if (!isGranted(needs[2] ?? { name: "run" })) throw new Obstacle(`Deno was not given --allow-run=${command}`);
  return [
    [...run, "--no-config", ...permissionFlags(needs), entry, SUPERVISE],
    // As the main module it finds its own configuration, and needs no permission to be read.
    [...run, ...permissions, `--preload=${entry}`, module.href, WORK],
  ];
}

/** Starts a process in a session of its own, without a terminal, and forgets it. */
function startForgotten(argv: readonly string[]): number {
  const [file = "", ...args] = argv;
  if (deno !== undefined && isDeno) {
    const streams = { stdin: "null", stdout: "null", stderr: "null" };
    const child = new deno.Command(file, { args, ...streams, detached: true }).spawn();
    child.unref();
    return child.pid;
  }
  const child = spawn(argv, { stdio: "ignore", detached: true });
  child.once("error", () => {}); // Where there is no PID it comes later, and says no more.
  child.unref();
  if (child.pid === undefined) throw new Error(`${file} cannot be started`);
  return child.pid;
}

/** Starts refreshes of a cache on disk. */
export class DetachedLauncher implements Launcher {
  readonly #options: LaunchOptions;

  /**
   * @param options Where its supervisors work.
   */
  constructor(options: LaunchOptions) {
    this.#options = options;
  }

  launch(request: LaunchRequest): Launched {
    const { root, durable } = this.#options;
    const { source, claim, backoff, module } = request;
    try {
      const [supervisor, worker] = commandLines(this.#options, request);
      const { key, ttl, refreshDeadline } = source;
      const job: Job = {
        root,
        durable,
        source: { ...key, ttl, refreshDeadline },
        claim,
        backoff,
        module: module.href,
        worker,
      };
      return { kind: "launched", pid: startForgotten([...supervisor, JSON.stringify(job)]) };
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      return { kind: "not-launched", reason };
    }
  }
}
