/**
 * What starting and ending processes needs of a runtime, as structural types: Node's own modules, which Bun and Deno
 * have too. Deno loads them when they are asked for, which only its background processes do.
 *
 * @module
 */

/** One end of a pipe, to be read. */
export interface Readable {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** One end of a pipe, to be written to. */
export interface Writable {
  on(event: "error", listener: () => void): unknown;
  once(event: "close", listener: () => void): unknown;
  write(text: string): unknown;
  end(text: string, done: () => void): unknown;
  destroy(): unknown;
}

/** A process that was started, or (without a `pid`) could not be. */
export interface Child {
  readonly pid?: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  once(event: "error", listener: (error: unknown) => void): unknown;
  once(event: "exit", listener: (code: number | null, signal: string | null) => void): unknown;
  unref(): void;
}

/** How a process is started. */
export interface SpawnOptions {
  readonly stdio: "ignore" | readonly ("ignore" | "pipe")[];
  readonly detached: boolean;
  readonly windowsHide: true;
}

/** A signal that is sent; 0 only asks. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGKILL" | 0;

/** The global `process`. */
export interface System {
  readonly pid: number;
  readonly platform: string;
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Only in a program that was packed by the tool of that name. */
  readonly pkg?: unknown;
  readonly stdin: AsyncIterable<unknown> & { setEncoding(encoding: "utf8"): unknown };
  on(event: string, listener: (what: unknown) => void): unknown;
  removeListener(event: string, listener: (what: unknown) => void): unknown;
  kill(pid: number, signal: Signal): unknown;
  exit(code: number): never;
  getBuiltinModule(name: "node:child_process"): {
    spawn(file: string, args: readonly string[], options: SpawnOptions): Child;
  };
  getBuiltinModule(name: "node:fs"): {
    writeSync(fd: number, bytes: Uint8Array): number;
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

/** Starts a process; what cannot be started is thrown here, or told by its `error` event. */
export function spawn(argv: readonly string[], options: Omit<SpawnOptions, "windowsHide">): Child {
  const [file = "", ...args] = argv;
  return system().getBuiltinModule("node:child_process").spawn(file, args, { ...options, windowsHide: true });
}
