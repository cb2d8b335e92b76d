/**
 * Starting a process on Deno. Its copy of `node:child_process` is no choice: when it starts Deno itself, it adds
 * `--allow-all`.
 *
 * @module
 */

import { type Environment, environmentWith, type Started, type Streams, unstarted } from "./started.ts";

interface DenoChild {
  readonly pid: number;
  readonly status: Promise<{ readonly code: number; readonly signal: string | null }>;
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  kill(signal: string): void;
  unref(): void;
}

type DenoStream = "null" | "piped";

/** `Deno.Command`. */
export type DenoCommandConstructor = new (
  file: string,
  options: {
    readonly args: readonly string[];
    readonly stdin: DenoStream;
    readonly stdout: DenoStream;
    readonly stderr: DenoStream;
    readonly detached: boolean;
    readonly cwd?: string | undefined;
    readonly clearEnv?: boolean;
    readonly env?: Readonly<Record<string, string>> | undefined;
  },
) => { spawn(): DenoChild };

async function hear(stream: ReadableStream<Uint8Array>, listener: (chunk: Uint8Array) => void): Promise<void> {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) listener(part.value);
}

/** A variable that is set can only be taken out by naming all the others, for which Deno wants a permission. */
function surroundings({ folder, environment }: Streams, ownEnvironment: () => Environment) {
  const changes = Object.entries(environment ?? {});
  if (changes.some(([name, value]) => value === null && ownEnvironment()[name] !== undefined)) {
    return { cwd: folder, clearEnv: true, env: environmentWith(ownEnvironment(), environment ?? {}) };
  }
  const given = changes.filter((change): change is [string, string] => change[1] !== null);
  return { cwd: folder, env: Object.fromEntries(given) };
}

/**
 * Starts a process in a session of its own, without a terminal.
 *
 * @param Command `Deno.Command`.
 * @param argv The executable and its arguments.
 * @param streams Its streams.
 * @param ownEnvironment The environment of this process.
 */
export function startOnDeno(
  Command: DenoCommandConstructor,
  argv: readonly string[],
  streams: Streams,
  ownEnvironment: () => Environment,
): Started {
  const [file = "", ...args] = argv;
  const output = streams.output ? "piped" : "null";
  const stdin = streams.input ? "piped" : "null";
  let child: DenoChild;
  try {
    child = new Command(file, {
      args,
      stdin,
      stdout: output,
      stderr: output,
      detached: true,
      ...surroundings(streams, ownEnvironment),
    }).spawn();
  } catch (error) {
    return unstarted(error);
  }
  const input = streams.input ? child.stdin.getWriter() : undefined;
  const encoder = new TextEncoder();
  const write = async (text: string) => await input?.write(encoder.encode(text));
  return {
    pid: child.pid,
    ended: child.status.then(({ code, signal }) =>
      signal === null ? { kind: "exit", code } : { kind: "signal", signal }
    ),
    // That it has ended is told elsewhere.
    write: (text) => void write(text).catch(() => {}),
    end: async (text) => {
      try {
        await write(text);
        await input?.close();
      } catch {
        // Likewise.
      }
    },
    hearOutput: (listener) => streams.output ? hear(child.stdout, listener) : Promise.resolve(),
    hearError: (listener) => streams.output ? hear(child.stderr, listener) : Promise.resolve(),
    kill: (signal) => {
      try {
        child.kill(signal);
      } catch {
        // It has ended.
      }
    },
    forget: () => child.unref(),
  };
}
