/**
 * What the command needs of the runtime before anything else: its arguments, the two outputs, and the exit. Nothing of
 * Node's is loaded on Deno for it, and of Node's own modules only the one for files: a run that finds fresh data is done
 * with this.
 *
 * @module
 */

import { type Write, writeAll } from "../detached/write_all.ts";
import { MissingPermissionError } from "../errors.ts";

interface DenoOutput {
  writeSync(bytes: Uint8Array): number;
}

interface DenoHost {
  readonly version?: { readonly deno?: unknown };
  readonly args: readonly string[];
  readonly stdout: DenoOutput;
  readonly stderr: DenoOutput;
  readonly permissions: {
    querySync(asked: { readonly name: string; readonly path?: string; readonly variable?: string }): {
      readonly state: string;
    };
  };
  readonly env: { get(name: string): string | undefined };
  statSync(path: string): { readonly isFifo: boolean | null; readonly mtime: Date | null };
  openSync(path: string, options: { readonly write: true }): DenoOutput;
  cwd(): string;
  exit(code: number): never;
}

function deno(): DenoHost | undefined {
  const found = (globalThis as { readonly Deno?: DenoHost }).Deno;
  return typeof found?.version?.deno === "string" ? found : undefined;
}

/** Node's `process`, by its types: Bun has it too, and Deno when it is touched. */
export function nodeProcess(): typeof import("node:process") {
  return (globalThis as unknown as { readonly process: typeof import("node:process") }).process;
}

/** Whether this is Deno. */
export function isDeno(): boolean {
  return deno() !== undefined;
}

/** What follows the command's own name. */
export function commandLine(): readonly string[] {
  return deno()?.args ?? nodeProcess().argv.slice(2);
}

/** The working directory. */
export function workingDirectory(): string {
  return deno()?.cwd() ?? nodeProcess().cwd();
}

/** The same; `undefined` if Deno may not tell. */
export function knownWorkingDirectory(): string | undefined {
  const host = deno();
  if (host === undefined) return nodeProcess().cwd();
  return host.permissions.querySync({ name: "read", path: "." }).state === "granted" ? host.cwd() : undefined;
}

/** Whether Deno may look at a variable of the environment. */
export function mayKnow(variable: string): boolean {
  return deno()?.permissions.querySync({ name: "env", variable }).state === "granted";
}

/**
 * Makes sure that libraries may look at the environment, which they do as soon as they are loaded. Deno would ask, on a
 * terminal, in the middle of everything.
 *
 * @throws {MissingPermissionError} If Deno may not let them.
 */
export function requireEnvironment(): void {
  const host = deno();
  if (host === undefined || host.permissions.querySync({ name: "env" }).state === "granted") return;
  throw new MissingPermissionError("the environment", "--allow-env", "use a plain `run`, which does without");
}

/**
 * A variable of the environment; `undefined` if it is not set.
 *
 * @throws {MissingPermissionError} If Deno may not look at it.
 */
export function environmentVariable(name: string): string | undefined {
  const host = deno();
  if (host === undefined) return nodeProcess().env[name];
  if (mayKnow(name)) return host.env.get(name);
  throw new MissingPermissionError(`the environment variable ${name}`, `--allow-env=${name}`, "leave it out of --key");
}

/**
 * When a file has changed last, milliseconds since the epoch, a link to it followed; `undefined` if it is not there.
 *
 * @throws {MissingPermissionError} If Deno may not look at it.
 * @throws Error What the system says if it cannot be looked at.
 */
export function modifiedAt(path: string): number | undefined {
  const host = deno();
  if (host === undefined) {
    const found = nodeProcess().getBuiltinModule("node:fs").statSync(path, { throwIfNoEntry: false });
    return found && Math.floor(found.mtimeMs);
  }
  if (host.permissions.querySync({ name: "read", path }).state !== "granted") {
    throw new MissingPermissionError(`the file ${path}`, `--allow-read=${path}`, "leave it out of --key");
  }
  try {
    return host.statSync(path).mtime?.getTime();
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Ends the process. Everything has been written by then, since nothing here is written behind one's back. */
export function exit(code: number): never {
  const host = deno();
  return host === undefined ? nodeProcess().exit(code) : host.exit(code);
}

/**
 * Deno's own standard output has a buffer, and when a non-blocking pipe is full it does not tell how much of the bytes is
 * in there: whoever tries again writes them twice. The pipe opened by its name has none.
 */
function denoOutput(host: DenoHost): DenoOutput {
  const path = "/dev/fd/1";
  try {
    const mayOpen = ["read", "write"].every((name) => host.permissions.querySync({ name, path }).state === "granted");
    if (mayOpen && host.statSync(path).isFifo === true) return host.openSync(path, { write: true });
  } catch {
    // Not every system has such a name, and Deno wants every permission for it.
  }
  return host.stdout;
}

function writer(descriptor: 1 | 2): Write {
  const host = deno();
  if (host !== undefined) {
    const output = descriptor === 1 ? denoOutput(host) : host.stderr;
    return (bytes) => output.writeSync(bytes);
  }
  const fs = nodeProcess().getBuiltinModule("node:fs");
  return (bytes) => fs.writeSync(descriptor, bytes);
}

/**
 * Writes data to standard output, all of it. That nobody reads any more is no error.
 *
 * @param bytes The data.
 * @returns `"closed"` if nobody reads any more.
 * @throws What the system says if the output cannot take it, a full disk for example.
 */
export async function print(bytes: Uint8Array): Promise<"written" | "closed"> {
  return await writeAll(writer(1), bytes);
}

/**
 * Passes bytes on to standard error; whatever happens to them there is nobody's concern.
 *
 * @param bytes The bytes.
 * @returns `"closed"` if nobody reads any more.
 */
export async function printError(bytes: Uint8Array): Promise<"written" | "closed"> {
  return await writeAll(writer(2), bytes).catch(() => "written");
}

/** One line to standard error, in the command's name; `"closed"` if nobody reads any more. */
export async function remark(text: string): Promise<"written" | "closed"> {
  const line = `discoverycache: ${text.replaceAll(/\s*[\r\n]+\s*/g, " ")}\n`;
  return await printError(new TextEncoder().encode(line));
}
