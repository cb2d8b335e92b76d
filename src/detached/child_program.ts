/**
 * A program that answers a question, in a process group of its own: its start, its end, and what it said last.
 *
 * @module
 */

import type { Interrupt } from "./interrupts.ts";
import { LastWords } from "./last_words.ts";
import { endGroup, killGroup, type Leader } from "./process_group.ts";
import { start } from "./start.ts";
import type { ProgramEnd, Surroundings } from "./started.ts";

/** Who hears a program. */
export interface ProgramListeners {
  /** Is given what it writes to standard output. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Is given what it writes to standard error. */
  readonly onError?: ((chunk: Uint8Array) => void) | undefined;
  /** The beginning of its standard input, which ends when this process does; it is empty if left out. */
  readonly input?: (() => string) | undefined;
  /** Whether what it left behind may go on writing to its output, and is waited for. */
  readonly waitsForOthers: boolean;
  /** Where it is started; as this process if left out. */
  readonly surroundings?: Surroundings | undefined;
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

/** One program, which is started once. */
export class ChildProgram {
  readonly #argv: readonly string[];
  readonly #listeners: ProgramListeners;
  readonly #lastWords = new LastWords();
  #leader: Leader | undefined;
  #input: ((text: string) => void) | undefined;
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

  /** Says something more on its standard input, if it has one. That it does not read is no error. */
  say(text: string): void {
    this.#input?.(text);
  }

  /** Passes a signal on, and resolves when the program and all that it started have ended. */
  async interrupt(signal: Interrupt): Promise<void> {
    this.#interrupted = true;
    await this.#end(signal);
  }

  /** Resolves when nothing is left to be ended: the program has ended by itself, or was ended and is gone. */
  async gone(): Promise<void> {
    await (this.#ending ?? this.#leader?.ended);
  }

  /** Ends it by force, at once. */
  kill(): void {
    if (this.#leader !== undefined) killGroup(this.#leader);
  }

  async #end(signal: Interrupt): Promise<void> {
    if (this.#leader === undefined) return;
    this.#ending ??= endGroup(this.#leader, signal);
    await this.#ending;
  }

  async #run(): Promise<ProgramEnd> {
    const { onOutput, onError, input, waitsForOthers, surroundings } = this.#listeners;
    const started = start(this.#argv, { input: input !== undefined, output: true, ...surroundings });
    const { pid, ended } = started;
    if (pid === undefined) return await ended;
    this.#leader = { pid, ended, kill: started.kill };
    if (input !== undefined) {
      this.#input = started.write;
      this.#input(input());
    }
    const closed = started.hearOutput(onOutput);
    const silent = started.hearError((chunk) => {
      this.#lastWords.add(chunk);
      onError?.(chunk);
    });
    const how = await ended;
    await (waitsForOthers ? closed : untilSilent(closed));
    if (how.kind !== "exit" || how.code !== 0) await untilSilent(silent);
    return how;
  }
}
