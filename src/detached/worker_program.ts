/**
 * A worker as a refresher: a process that loads a module and calls its default export.
 *
 * @module
 */

import { systemClock } from "../clock.ts";
import type { Fetcher, RefreshContext } from "../refresher.ts";
import { newToken } from "../token.ts";
import { ChildProgram } from "./child_program.ts";
import { type Message, MessageReader, type Task } from "./messages.ts";
import type { ProgramEnd } from "./started.ts";

/** The most characters of an error's message that are told. */
const TOLD_CHARACTERS = 1_000;

/** A worker's refresher failed, or its process ended without an answer. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

function describeEnd(end: ProgramEnd): string {
  switch (end.kind) {
    case "exit":
      return `its process ended with exit code ${end.code} and without an answer`;
    case "signal":
      return `its process was ended by ${end.signal}`;
    case "unstarted":
      return `its process could not be started (${end.errno})`;
  }
}

const encoder = new TextEncoder();

/** What a worker says last. */
type Answer = Extract<Message, { readonly kind: "done" | "failed" }>;

/** One worker, which is started when its refresher is called. */
export class Worker {
  /** The process that it becomes. */
  readonly program: ChildProgram;
  readonly #answer: Promise<Answer>;
  #context: Pick<RefreshContext, "deadline" | "report"> | undefined;

  /**
   * @param argv The command line of its process.
   * @param module The module whose default export is the refresher.
   */
  constructor(argv: readonly string[], module: string) {
    const mark = `discoverycache ${newToken(systemClock)} `;
    const task = (): Task => ({ mark, module, deadline: this.#context?.deadline ?? 0 });
    let onAnswer: (answer: Answer) => void;
    this.#answer = new Promise((resolve) => onAnswer = resolve);
    const reader = new MessageReader(mark, (message) => {
      if (message.kind === "progress") this.#context?.report(message.progress);
      else onAnswer(message);
    });
    this.program = new ChildProgram(argv, {
      waitsForOthers: false,
      onOutput: (chunk) => reader.add(chunk),
      input: () => `${JSON.stringify(task())}\n`,
    });
  }

  /** Lets the worker do its work. At the deadline it is ended, with all that it started. */
  readonly fetcher: Fetcher = async (context) => {
    this.#context = context;
    const ended = this.program.run(context.signal);
    const first = await Promise.race([this.#answer, ended]);
    // What it left behind on purpose may keep its output open. After a failure its last words are waited for.
    if (first.kind === "done") return encoder.encode(first.data);
    const end = await ended;
    const answer = first.kind === "failed" ? first.reason.slice(0, TOLD_CHARACTERS) : describeEnd(end);
    throw new WorkerError(answer);
  };
}
