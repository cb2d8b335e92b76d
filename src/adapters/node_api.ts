/**
 * The parts of Node's own modules that the adapters use, as structural types, and how they are reached: at the first
 * use, since a static import of `node:fs` would cost every start on Deno 25 ms, and not through a conditional import.
 *
 * @module
 */

import { adapterError, systemError } from "./errno.ts";

/** What a `stat` returns. */
export interface NodeStats {
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly uid: number;
}

/** An entry of a folder. */
export interface NodeDirent {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** An open folder. */
export interface NodeDir {
  readSync(): NodeDirent | null;
  closeSync(): void;
}

/** A watch. */
export interface NodeWatcher {
  on(event: "error", listener: (error: Error) => void): unknown;
  unref(): unknown;
  close(): void;
}

/** How an asynchronous call of `node:fs` ends. */
export type Callback<T = void> = (error: Error | null, value: T) => void;

/** `node:fs`. */
export interface NodeFs {
  readonly constants: Readonly<Record<"O_RDONLY" | "O_NOFOLLOW" | "O_NONBLOCK", number>>;
  openSync(path: string, flags: string | number, mode?: number): number;
  closeSync(fd: number): void;
  fstatSync(fd: number): NodeStats;
  lstatSync(path: string, options: { readonly throwIfNoEntry: false }): NodeStats | undefined;
  readSync(fd: number, into: Uint8Array, offset: number, length: number, position: null): number;
  read(fd: number, into: Uint8Array, offset: number, length: number, position: null, done: Callback<number>): void;
  writeSync(fd: number, from: Uint8Array, offset: number, length: number): number;
  write(fd: number, from: Uint8Array, offset: number, length: number, position: null, done: Callback<number>): void;
  fsync(fd: number, done: Callback): void;
  fchmodSync(fd: number, mode: number): void;
  chmodSync(path: string, mode: number): void;
  linkSync(existing: string, path: string): void;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  mkdirSync(path: string, mode: number): void;
  opendirSync(path: string, options: { readonly bufferSize: number }): NodeDir;
  lutimesSync(path: string, accessed: number, modified: number): void;
  readlinkSync(path: string): string;
  readonly realpathSync: { native(path: string): string };
  watch(path: string, onChange: (event: string, name: string | null) => void): NodeWatcher;
}

/** `node:os`. */
export interface NodeOs {
  hostname(): string;
}

/** The global `process`. */
export interface NodeProcess {
  readonly pid: number;
  readonly platform: string;
  geteuid?(): number;
  kill(pid: number, signal: 0): unknown;
  getBuiltinModule?(name: string): unknown;
  once(event: "exit", listener: () => void): unknown;
}

/** The global `process`; merely touching it costs Deno 17 ms. */
export function nodeProcess(): NodeProcess {
  return (globalThis as unknown as { readonly process: NodeProcess }).process;
}

function builtin(name: string): unknown {
  const found = nodeProcess()?.getBuiltinModule?.(name);
  if (found !== undefined) return found;
  const reason = "this runtime has no process.getBuiltinModule: Node 20.16, Bun 1.2 and Deno 2.1 have";
  throw adapterError("load", name, systemError("ENOSYS", reason));
}

let fs: NodeFs | undefined;
let os: NodeOs | undefined;

/** `node:fs`, loaded at the first call. */
export function nodeFs(): NodeFs {
  return fs ??= builtin("node:fs") as NodeFs;
}

/** `node:os`, loaded at the first call. */
export function nodeOs(): NodeOs {
  return os ??= builtin("node:os") as NodeOs;
}
