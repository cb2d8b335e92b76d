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
import { permissionFlags } from "./deno_flags.ts";
import { isInside } from "./inside.ts";
import { type Job, SUPERVISE, WORK } from "./job.ts";
import { childFlags } from "./node_flags.ts";
import { start } from "./start.ts";
import { type DenoSystem, denoSystem, system } from "./system.ts";

/** Where a launcher's supervisors work. */
export interface LaunchOptions {
  /** The cache's folder. */
  readonly root: string;
  /** Whether data is forced to disk before it is committed. */
  readonly durable: boolean;
  /** Whether there is a file. */
  readonly exists: (path: string) => boolean;
}

/** Why there can be no process, for people. */
class Obstacle extends Error {}

/** The program of the two processes, beside this module as it is published: as a source, or in a bundled file. */
function childEntry({ exists }: LaunchOptions): URL {
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
  return entry;
}

/** The path of a file's URL. */
function filePath({ pathname }: URL): string {
  return decodeURIComponent(pathname).replace(/^\/(?=[A-Za-z]:)/, "");
}

/** A program that was compiled would start itself again. */
function isCompiled(): boolean {
  const deno = denoSystem();
  if (deno !== undefined) return deno.build.standalone === true;
  if ("Bun" in globalThis) return /^file:\/\/\/(?:\$bunfs|[A-Z]:\/~BUN)\//.test(import.meta.url ?? "");
  const process = system();
  const isPacked = process.versions["electron"] !== undefined || process.pkg !== undefined;
  return isPacked || process.getBuiltinModule("node:sea")?.isSea() === true;
}

/** The command lines of a detached refresh. */
interface CommandLines {
  /** The supervisor's, to be followed by its job. */
  readonly supervisor: readonly string[];
  /** The worker's. */
  readonly worker: readonly string[];
}

function onNode(entry: URL): CommandLines {
  const { execPath, execArgv } = system();
  const program = entry.protocol === "file:" ? filePath(entry) : entry.href;
  const flags = childFlags(execArgv);
  // Its own code needs none of them, unless that is TypeScript, too.
  const own = program.endsWith(".ts") ? flags : [];
  return { supervisor: [execPath, ...own, program, SUPERVISE], worker: [execPath, ...flags, program, WORK] };
}

function onDeno(deno: DenoSystem, entry: URL, { root }: LaunchOptions, request: LaunchRequest): CommandLines {
  const { module, permissions } = request;
  if (permissions === undefined) {
    throw new Obstacle("on Deno, detached: { permissions: [...] } has to say what its process may do");
  }
  const command = deno.execPath();
  const run = [command, "run", "--quiet", "--no-prompt"];
  const own = permissionFlags([{ name: "read", path: root }, { name: "write", path: root }, { name: "run", command }]);
  return {
    supervisor: [...run, "--no-config", ...own, entry.href, SUPERVISE],
    // As the main module it finds its own configuration. It is the other one that loads it: a module that is named in
    // the text of another needs no permission to be read.
    worker: [...run, ...permissions, `--preload=${denoWorker(entry, module)}`, module.href],
  };
}

function denoWorker(entry: URL, module: URL): string {
  const [from, what] = [JSON.stringify(entry.href), JSON.stringify(module.href)];
  const text = `import { work } from ${from}; await work(() => import(${what}));`;
  return `data:application/javascript,${encodeURIComponent(text)}`;
}

/** @throws Obstacle If there can be no such processes. */
function commandLines(options: LaunchOptions, request: LaunchRequest): CommandLines {
  if (isInside()) throw new Obstacle("this process is itself one of a detached refresh");
  if (isCompiled()) throw new Obstacle("the program is a compiled binary, which can only start itself");
  const entry = childEntry(options);
  const deno = denoSystem();
  return deno === undefined ? onNode(entry) : onDeno(deno, entry, options, request);
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
      const { supervisor, worker } = commandLines(this.#options, request);
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
      const started = start([...supervisor, JSON.stringify(job)], { input: false, output: false });
      started.forget();
      if (started.pid === undefined) throw new Obstacle(`${supervisor[0]} cannot be started`);
      return { kind: "launched", pid: started.pid };
    } catch (error) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      return { kind: "not-launched", reason };
    }
  }
}
