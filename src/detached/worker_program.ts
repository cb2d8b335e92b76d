/**
 * A worker as a refresher: a process that loads a module and calls its default export.
 *
 * @module
 */

import { systemClock } from "../clock.ts";
import type { Refresher } from "../refresher.ts";
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

/** One worker, which is started when its refresher is called. */
export class Worker {
  /** The process that it becomes. */
  readonly program: ChildProgram;
  readonly #module: string;
  readonly #mark: string = `discoverycache ${newToken(systemClock)} `;
  readonly #heard: (message: Message) => void;
  readonly #answer: Promise<Message & { readonly kind: "done" | "failed" }>;
  #deadline = 0;
  #report: (progress: never) => void = () => {};

  /**
   * @param argv The command line of its process.
   * @param module The module whose default export is the refresher.
   */
  constructor(argv: readonly string[], module: string) {
    this.#module = module;
    let resolve: (answer: Message & { readonly kind: "done" | "failed" }) => void;
    this.#answer = new Promise((settle) => resolve = settle);
    this.#heard = (message) => {
      if (message.kind === "progress") this.#report(message.progress as never);
      else resolve(message);
    };
    const reader = new MessageReader(this.#mark, this.#heard);
    this.program = new ChildProgram(argv, {
      waitsForOthers: false,
      onOutput: (chunk) => reader.add(chunk),
      input: () => {
        const task: Task = { mark: this.#mark, module: this.#module, deadline: this.#deadline };
        return `${JSON.stringify(task)}\n`;
      },
    });
  }

  /** Lets the worker do its work. At the deadline it is ended, with all that it started. */
  readonly refresher: Refresher = async ({ signal, deadline, report }) => {
    this.#deadline = deadline;
    this.#report = report;
    const ended = this.program.run(signal);
    const first = await Promise.race([this.#answer, ended]);
    // What it left behind on purpose may keep its output open. After a failure its last words are waited for.
    if (first.kind === "done") return first.data;
    const end = await ended;
    const answer = first.kind === "failed" ? first.reason.slice(0, TOLD_CHARACTERS) : describeEnd(end);
    throw new WorkerError(answer);
  };
}
