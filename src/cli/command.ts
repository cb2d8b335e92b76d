/**
 * A command as a refresher: its standard output is the data.
 *
 * @module
 */

import type { ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import type { Refresher } from "../flight.ts";
import { nodeProcess } from "./host.ts";
import { LastWords } from "./last_words.ts";
import { type CommandEnd, describeEnd } from "./outcome.ts";
import { endGroup, hasGroups, killGroup } from "./process_group.ts";

type Child = ChildProcessByStdio<null, Readable, Readable> & { readonly pid: number };

/** A command did not end well. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(end: CommandEnd, file: string, lastWords: string) {
    super(describeEnd(end, file, lastWords));
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

function errnoOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  // Deno's refusal of a permission has no code.
  if (name === "NotCapable") return "ENOTCAPABLE";
  return typeof code === "string" ? code : "EUNKNOWN";
}

/** One command, which is started when its refresher is called. */
export class Command {
  readonly #argv: readonly string[];
  readonly #onError: (chunk: Uint8Array) => void;
  readonly #lastWords = new LastWords();
  #leader: { readonly pid: number; readonly ended: Promise<unknown> } | undefined;
  #ending: Promise<void> | undefined;
  #interrupted = false;

  /**
   * @param argv The command and its arguments.
   * @param onError Is given what it writes to standard error.
   */
  constructor(argv: readonly string[], onError: (chunk: Uint8Array) => void) {
    this.#argv = argv;
    this.#onError = onError;
  }

  /** Runs the command. At the deadline it is ended, with all that it started. */
  readonly refresher: Refresher = async ({ signal }) => {
    signal.throwIfAborted();
    const end = () => void this.#end("SIGTERM");
    signal.addEventListener("abort", end, { once: true });
    try {
      return await this.#run();
    } catch (error) {
      // Whoever interrupted it gives the claim back; nothing failed.
      return this.#interrupted ? await new Promise<never>(() => {}) : Promise.reject(error);
    } finally {
      signal.removeEventListener("abort", end);
      // What it left behind on purpose is its own business, and its number may soon be somebody else's.
      this.#leader = undefined;
    }
  };

  /** Passes a signal on, and resolves when the command and all that it started have ended. */
  async interrupt(signal: NodeJS.Signals): Promise<void> {
    this.#interrupted = true;
    await this.#end(signal);
  }

  /** Resolves when nothing is left to be ended: the command ended by itself, or was ended and is gone. */
  async gone(): Promise<void> {
    await this.#ending;
  }

  /** Ends it by force, at once. */
  kill(): void {
    if (this.#leader !== undefined) killGroup(this.#leader.pid);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#leader === undefined) return;
    this.#ending ??= endGroup(this.#leader.pid, this.#leader.ended, signal);
    await this.#ending;
  }

  async #run(): Promise<Uint8Array> {
    const child = await this.#start();
    const ended = new Promise<[number | null, string | null]>((resolve) => {
      child.once("exit", (...how) => resolve(how));
    });
    this.#leader = { pid: child.pid, ended };
    const chunks: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => void chunks.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => {
      this.#lastWords.add(chunk);
      this.#onError(chunk);
    });
    const closed = new Promise<void>((resolve) => child.stdout.once("close", resolve));
    const silent = new Promise<void>((resolve) => child.stderr.once("close", resolve));
    const [code, signal] = await ended;
    // Something that it left behind may still write to the data; what it writes to standard error is not waited for.
    await closed;
    if (signal === null && code === 0) return concat(chunks);
    await Promise.race([silent, new Promise((resolve) => setTimeout(resolve, SILENCE_MS))]);
    throw this.#error(signal === null ? { kind: "exit", code: code ?? 1 } : { kind: "signal", signal });
  }

  /** Starts it; some runtimes throw what others tell later. */
  #start(): Promise<Child> {
    const [file = "", ...args] = this.#argv;
    const { spawn } = nodeProcess().getBuiltinModule("node:child_process");
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown) => reject(this.#error({ kind: "unstarted", errno: errnoOf(error) }));
      try {
        const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], detached: hasGroups() });
        child.once("error", refuse);
        if (child.pid !== undefined) resolve(child as Child);
      } catch (error) {
        refuse(error);
      }
    });
  }

  #error(end: CommandEnd): CommandError {
    return new CommandError(end, this.#argv[0] ?? "", this.#lastWords.toString());
  }
}

/** How long a failed command's standard error is read to its end, in milliseconds. */
const SILENCE_MS = 500;
