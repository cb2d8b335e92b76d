/**
 * What starting and ending processes needs of a runtime, as structural types: the global `process`, which Deno has too, but
 * makes only when it is touched; and `Deno`.
 *
 * @module
 */

import type { DenoCommandConstructor } from "./start_on_deno.ts";
import type { NodeChildProcess } from "./start_on_node.ts";
import type { Signal } from "./started.ts";

/** The global `process`. */
export interface System {
  readonly pid: number;
  readonly platform: string;
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Only in a program that was packed by the tool of that name. */
  readonly pkg?: unknown;
  readonly stdin: AsyncIterable<unknown> & { setEncoding(encoding: "utf8"): unknown };
  on(event: string, listener: (what: unknown) => void): unknown;
  removeListener(event: string, listener: (what: unknown) => void): unknown;
  kill(pid: number, signal: Signal | 0): unknown;
  exit(code: number): never;
  getBuiltinModule(name: "node:child_process"): NodeChildProcess;
  getBuiltinModule(name: "node:fs"): {
    writeSync(fd: number, bytes: Uint8Array): number;
  };
  getBuiltinModule(name: "node:buffer"): {
    readonly Buffer: {
      from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: "base64"): string };
      from(text: string, encoding: "base64"): Uint8Array;
    };
  };
  /** Node 20.12 and later. */
  getBuiltinModule(name: "node:sea"): { isSea(): boolean } | undefined;
}

/** The global `process`. */
export function system(): System {
  return (globalThis as unknown as { readonly process: System }).process;
}

/** What follows the program's own name. */
export function programArguments(): readonly string[] {
  return system().argv.slice(2);
}

/** `Deno`. */
export interface DenoSystem {
  readonly version?: { readonly deno?: unknown };
  readonly build: { readonly standalone?: boolean };
  readonly Command: DenoCommandConstructor;
  execPath(): string;
}

/** `Deno`; `undefined` on another runtime. */
export function denoSystem(): DenoSystem | undefined {
  const { Deno: deno } = globalThis as unknown as { readonly Deno?: DenoSystem };
  return typeof deno?.version?.deno === "string" ? deno : undefined;
}
