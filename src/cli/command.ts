/**
 * A command as a refresher: its standard output is the data.
 *
 * @module
 */

import { ChildProgram } from "../detached/child_program.ts";
import type { ProgramEnd } from "../detached/started.ts";
import type { Refresher } from "../refresher.ts";
import { describeEnd } from "./outcome.ts";

/** A command did not end well. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(end: ProgramEnd, file: string, lastWords: string) {
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

/** One command, which is started when its refresher is called. */
export class Command {
  /** The process that it becomes. */
  readonly program: ChildProgram;
  readonly #file: string;
  readonly #chunks: Uint8Array[] = [];

  /**
   * @param argv The command and its arguments.
   * @param onError Is given what it writes to standard error.
   */
  constructor(argv: readonly string[], onError?: (chunk: Uint8Array) => void) {
    this.#file = argv[0] ?? "";
    const onOutput = (chunk: Uint8Array) => void this.#chunks.push(chunk);
    // Something that it left behind may still write to the data.
    this.program = new ChildProgram(argv, { onOutput, onError, waitsForOthers: true });
  }

  /** Runs the command. At the deadline it is ended, with all that it started. */
  readonly refresher: Refresher = async ({ signal }) => {
    const end = await this.program.run(signal);
    if (end.kind === "exit" && end.code === 0) return concat(this.#chunks);
    throw new CommandError(end, this.#file, this.program.lastWords);
  };
}
