/**
 * A program that answers a question, in a process group of its own: its start, its end, and what it said last.
 *
 * @module
 */

import { LastWords } from "./last_words.ts";
import { endGroup, hasGroups, killGroup } from "./process_group.ts";
import { type Child, type Signal, spawn, type Writable } from "./system.ts";

/** How a program ended. */
export type ProgramEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** It could not be started; the system's name for the reason. */
  | { readonly kind: "unstarted"; readonly errno: string };

/** Who hears a program. */
export interface ProgramListeners {
  /** Is given what it writes to standard output. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Is given what it writes to standard error. */
  readonly onError?: ((chunk: Uint8Array) => void) | undefined;
  /** Is given its standard input, which ends when this process does; it is empty if left out. */
  readonly onInput?: ((input: Writable) => void) | undefined;
  /** Whether what it left behind may go on writing to its output, and is waited for. */
  readonly waitsForOthers: boolean;
}

/**
 * How long a pipe that somebody else may hold is read to its end, in milliseconds, and in how many parts: between two timers
 * what is there is read, even if this process was held up.
 */
const SILENCE = { ms: 500, parts: 5 };

/** Waits until a pipe is closed, but not for long. */
async function untilSilent(silent: Promise<unknown>): Promise<void> {
  let over = false;
  void silent.then(() => over = true);
  for (let part = 0; part < SILENCE.parts && !over; part++) {
    await Promise.race([silent, new Promise((resolve) => setTimeout(resolve, SILENCE.ms / SILENCE.parts))]);
  }
}

function errnoOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  // Deno's refusal of a permission has no code.
  if (name === "NotCapable") return "ENOTCAPABLE";
  return typeof code === "string" ? code : "EUNKNOWN";
}

/** One program, which is started once. */
export class ChildProgram {
  readonly #argv: readonly string[];
  readonly #listeners: ProgramListeners;
  readonly #lastWords = new LastWords();
  #leader: { readonly pid: number; readonly ended: Promise<unknown> } | undefined;
  #ending: Promise<void> | undefined;
  #interrupted = false;

  /**
   * @param argv The program and its arguments.
   * @param listeners Who hears it.
   */
  constructor(argv: readonly string[], listeners: ProgramListeners) {
    this.#argv = argv;
    this.#listeners = listeners;
  }

  /** The last lines of its standard error, on one line; empty if there are none. */
  get lastWords(): string {
    return this.#lastWords.toString();
  }

  /**
   * Runs the program to its end, and reads what it wrote. One that was interrupted and did not end well is never done:
   * whoever interrupted it gives the claim back, and nothing failed.
   *
   * @param signal Ends it, with all that it started.
   */
  async run(signal: AbortSignal): Promise<ProgramEnd> {
    signal.throwIfAborted();
    const end = () => void this.#end("SIGTERM");
    signal.addEventListener("abort", end, { once: true });
    try {
      const how = await this.#run();
      const well = how.kind === "exit" && how.code === 0;
      return well || !this.#interrupted ? how : await new Promise<never>(() => {});
    } finally {
      signal.removeEventListener("abort", end);
      // What it left behind on purpose is its own business, and its number may soon be somebody else's.
      this.#leader = undefined;
    }
  }

  /** Passes a signal on, and resolves when the program and all that it started have ended. */
  async interrupt(signal: Signal): Promise<void> {
    this.#interrupted = true;
    await this.#end(signal);
  }

  /** Resolves when nothing is left to be ended: the program ended by itself, or was ended and is gone. */
  async gone(): Promise<void> {
    await this.#ending;
  }

  /** Ends it by force, at once. */
  kill(): void {
    if (this.#leader !== undefined) killGroup(this.#leader.pid);
  }

  async #end(signal: Signal): Promise<void> {
    if (this.#leader === undefined) return;
    this.#ending ??= endGroup(this.#leader.pid, this.#leader.ended, signal);
    await this.#ending;
  }

  async #run(): Promise<ProgramEnd> {
    const { onOutput, onError, onInput, waitsForOthers } = this.#listeners;
    const started = await this.#start();
    if ("errno" in started) return started;
    const { child, pid } = started;
    const ended = new Promise<ProgramEnd>((resolve) => {
      child.once("exit", (code, signal) => {
        resolve(signal === null ? { kind: "exit", code: code ?? 1 } : { kind: "signal", signal });
      });
    });
    this.#leader = { pid, ended };
    const { stdin, stdout, stderr } = child;
    stdin?.on("error", () => {}); // It has ended, which is told elsewhere.
    if (stdin !== null) onInput?.(stdin);
    stdout?.on("data", onOutput);
    stderr?.on("data", (chunk) => {
      this.#lastWords.add(chunk);
      onError?.(chunk);
    });
    const closed = new Promise<void>((resolve) => stdout?.once("close", resolve));
    const silent = new Promise<void>((resolve) => stderr?.once("close", resolve));
    const how = await ended;
    await (waitsForOthers ? closed : untilSilent(closed));
    if (how.kind !== "exit" || how.code !== 0) await untilSilent(silent);
    return how;
  }

  /** Starts it; some runtimes throw what others tell later. */
  #start(): Promise<{ readonly child: Child; readonly pid: number } | ProgramEnd & { readonly kind: "unstarted" }> {
    const input = this.#listeners.onInput === undefined ? "ignore" : "pipe";
    return new Promise((resolve) => {
      const refuse = (error: unknown) => resolve({ kind: "unstarted", errno: errnoOf(error) });
      try {
        const child = spawn(this.#argv, { stdio: [input, "pipe", "pipe"], detached: hasGroups() });
        child.once("error", refuse);
        if (child.pid !== undefined) resolve({ child, pid: child.pid });
      } catch (error) {
        refuse(error);
      }
    });
  }
}
