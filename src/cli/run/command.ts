/**
 * A command as a refresher: its standard output is the data.
 *
 * @module
 */

import { ChildProgram } from "../../detached/child_program.ts";
import type { ProgramEnd } from "../../detached/started.ts";
import type { Refresher } from "../../refresher.ts";
import { joinBytes } from "../bytes.ts";
import { describeEnd } from "../outcome.ts";
import { ProgressLines } from "./progress_lines.ts";
import type { Recipe } from "../record/recipe.ts";
import type { SourceRecord } from "../record/records.ts";
import { Tail } from "./tail.ts";

/** How much of what a command writes to standard error is kept, in bytes. */
export const KEPT_STDERR_BYTES = 1_024 * 1_024;

/** A command did not end well. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(end: ProgramEnd, file: string, lastWords: string) {
    super(describeEnd(end, file, lastWords));
  }
}

/** What a command is, and who hears of it. */
export interface CommandPlan {
  /** What is run, and where. */
  readonly recipe: Recipe;
  /** Where that is written down. */
  readonly record: SourceRecord;
  /** Is given what it writes to standard error. */
  readonly onError?: ((chunk: Uint8Array) => void) | undefined;
  /** Told if something could not be written down. The data is there all the same. */
  readonly unrecorded?: ((error: unknown) => void) | undefined;
}

/** One command, which is started when its refresher is called. */
export class Command {
  /** The process that it becomes. */
  readonly program: ChildProgram;
  readonly #plan: CommandPlan;
  readonly #chunks: Uint8Array[] = [];
  readonly #stderr = new Tail(KEPT_STDERR_BYTES);
  #progress: ProgressLines | undefined;

  /** @param plan What it is, and who hears of it. */
  constructor(plan: CommandPlan) {
    this.#plan = plan;
    const { recipe: { command, folder, environment } } = plan;
    this.program = new ChildProgram(command, {
      onOutput: (chunk) => void this.#chunks.push(chunk),
      onError: (chunk) => this.#hearError(chunk),
      // Something that it left behind may still write to the data.
      waitsForOthers: true,
      surroundings: { folder, environment },
    });
  }

  /** Runs the command. At the deadline it is ended, with all that it started. */
  readonly refresher: Refresher = async ({ signal, report }) => {
    const { recipe, record } = this.#plan;
    this.#progress = new ProgressLines(report);
    await this.#written(record.keepRecipe(recipe));
    const end = await this.program.run(signal);
    if (end.kind !== "exit" || end.code !== 0) {
      throw new CommandError(end, recipe.command[0] ?? "", this.program.lastWords);
    }
    await this.#written(record.keepStderr(this.#stderr.bytes()));
    return joinBytes(this.#chunks);
  };

  #hearError(chunk: Uint8Array): void {
    this.#stderr.add(chunk);
    this.#progress?.add(chunk);
    this.#plan.onError?.(chunk);
  }

  async #written(work: Promise<void>): Promise<void> {
    await work.catch((error) => this.#plan.unrecorded?.(error));
  }
}
