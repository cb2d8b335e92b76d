/**
 * What is started for a detached refresh, on whichever runtime this is; or why nothing can be.
 *
 * @module
 */

import type { LaunchRequest } from "../launcher.ts";
import { permissionFlags } from "./deno_flags.ts";
import { isInside } from "./inside.ts";
import { SUPERVISE, WORK } from "./job.ts";
import { childFlags } from "./node_flags.ts";
import { type DenoSystem, denoSystem, system } from "./system.ts";

/** Where a launcher's supervisors work. */
export interface LaunchOptions {
  /** The cache's folder. */
  readonly root: string;
  /** Whether data is forced to disk before it is committed. */
  readonly durable: boolean;
  /** Whether there is a file, or may be one, where this process may not look. */
  readonly exists: (path: string) => boolean;
}

/** Why there can be no such process, for people. */
export class Obstacle extends Error {}

/** The program of the two processes, beside this module as it is published: as a source, or in a bundled file. */
function childEntry({ exists }: LaunchOptions): URL {
  const { pathname, href } = new URL(import.meta.url ?? "file:///");
  const beside = /\/src\/detached\/command_lines\.ts$/.test(pathname)
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

/**
 * Never called. Deno fetches with a program whatever its modules name, and what it names itself later may be out of reach by
 * then: without this, a program that was made ready for use without a network would have no supervisor.
 */
export const fetchedWithTheRest = (): Promise<unknown> => import("./child.ts");

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

/** What is started: the executable first. */
export interface CommandLines {
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
  // To end what a worker starts, its supervisor has to send signals to others than the worker.
  const startsOthers = permissions.some((flag) => /^(?:-A|--allow-all|--allow-run(?:=.*)?)$/s.test(flag));
  const flags = startsOthers ? own.map((flag) => flag.startsWith("--allow-run=") ? "--allow-run" : flag) : own;
  return {
    supervisor: [...run, "--no-config", ...flags, entry.href, SUPERVISE],
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

/**
 * The command lines of a detached refresh.
 *
 * @param options Where it works.
 * @param request What is refreshed.
 * @throws {Obstacle} If there can be no such processes.
 * @throws Error If Deno did not give this process what they need.
 */
export function commandLines(options: LaunchOptions, request: LaunchRequest): CommandLines {
  if (isInside()) throw new Obstacle("this process is itself one of a detached refresh");
  if (isCompiled()) throw new Obstacle("the program is a compiled binary, which can only start itself");
  const entry = childEntry(options);
  const deno = denoSystem();
  return deno === undefined ? onNode(entry) : onDeno(deno, entry, options, request);
}
