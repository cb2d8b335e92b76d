/**
 * Starting a process on Node and Bun.
 *
 * @module
 */

import {
  type Environment,
  environmentWith,
  errnoOf,
  type ProgramEnd,
  type Started,
  type Streams,
  unstarted,
} from "./started.ts";

interface Readable {
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  once(event: "close", listener: () => void): unknown;
}

interface Writable {
  on(event: "error", listener: () => void): unknown;
  once(event: "close", listener: () => void): unknown;
  write(text: string): unknown;
  end(text: string, done: () => void): unknown;
}

interface Child {
  readonly pid?: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  once(event: "error", listener: (error: unknown) => void): unknown;
  once(event: "exit", listener: (code: number | null, signal: string | null) => void): unknown;
  kill(signal: string): unknown;
  unref(): void;
}

/** `node:child_process`. */
export interface NodeChildProcess {
  spawn(
    file: string,
    args: readonly string[],
    options: {
      readonly stdio: readonly ("ignore" | "pipe")[];
      readonly detached: boolean;
      readonly windowsHide: boolean;
      readonly cwd?: string | undefined;
      readonly env?: Readonly<Record<string, string | undefined>> | undefined;
    },
  ): Child;
}

function hear(stream: Readable | null, listener: (chunk: Uint8Array) => void): Promise<void> {
  stream?.on("data", listener);
  return new Promise((resolve) => stream === null ? resolve() : stream.once("close", resolve));
}

function endOf(child: Child): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ kind: "unstarted", errno: errnoOf(error) }));
    child.once("exit", (code, signal) => {
      resolve(signal === null ? { kind: "exit", code: code ?? 1 } : { kind: "signal", signal });
    });
  });
}

/**
 * Starts a process in a session of its own, without a terminal.
 *
 * @param module `node:child_process`.
 * @param argv The executable and its arguments.
 * @param streams Its streams.
 * @param ownEnvironment The environment of this process.
 */
export function startOnNode(
  module: NodeChildProcess,
  argv: readonly string[],
  streams: Streams,
  ownEnvironment: () => Environment,
): Started {
  const [file = "", ...args] = argv;
  const output = streams.output ? "pipe" : "ignore";
  const stdio = [streams.input ? "pipe" : "ignore", output, output] as const;
  let child: Child;
  const { folder: cwd, environment } = streams;
  const env = environment && environmentWith(ownEnvironment(), environment);
  try {
    child = module.spawn(file, args, { stdio, detached: true, windowsHide: true, cwd, env });
  } catch (error) {
    // Bun throws what Node tells by an event.
    return unstarted(error);
  }
  const { stdin, stdout, stderr } = child;
  stdin?.on("error", () => {}); // It has ended, which is told elsewhere.
  return {
    pid: child.pid,
    ended: endOf(child),
    write: (text) => void stdin?.write(text),
    end: (text) =>
      new Promise((resolve) => {
        stdin?.once("close", resolve);
        stdin?.end(text, resolve);
      }),
    hearOutput: (listener) => hear(stdout, listener),
    hearError: (listener) => hear(stderr, listener),
    kill: (signal) => void child.kill(signal),
    forget: () => child.unref(),
  };
}
