/**
 * A worker as a refresher: a process that loads a module and calls its default export.
 *
 * @module
 */

import { systemClock } from "../clock.ts";
import { RetryAfterError } from "../errors.ts";
import { notModified } from "../fetcher.ts";
import type { FetchContext, Fetcher } from "../refresher.ts";
import { newToken } from "../token.ts";
import { ChildProgram } from "./child_program.ts";
import { toldError } from "./extensions.ts";
import { MessageReader } from "./message_reader.ts";
import { encodeReply, encodeTask, type Message, type Work } from "./messages.ts";
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

/** One kind of message. */
type MessageOf<Kind extends Message["kind"]> = Extract<Message, { readonly kind: Kind }>;

/** What a worker says last. */
type Answer = MessageOf<"done" | "not-modified" | "failed">;

/** What a refresher threw, as far as it got through. */
function errorOf({ reason, retryAfter }: MessageOf<"failed">): Error {
  const message = reason.slice(0, TOLD_CHARACTERS);
  return retryAfter === undefined ? new WorkerError(message) : new RetryAfterError(retryAfter, { message });
}

/** One worker, which is started when its refresher is called. */
export class Worker {
  /** The process that it becomes. */
  readonly program: ChildProgram;
  readonly #work: Work;
  readonly #mark = `discoverycache ${newToken(systemClock)} `;
  readonly #answer: Promise<Answer>;
  #context: FetchContext | undefined;

  /**
   * @param argv The command line of its process.
   * @param work What it does.
   */
  constructor(argv: readonly string[], work: Work) {
    this.#work = work;
    let onAnswer: (answer: Answer) => void;
    this.#answer = new Promise((resolve) => onAnswer = resolve);
    const reader = new MessageReader(this.#mark, (message) => {
      if (message.kind === "progress") this.#context?.report(message.progress);
      else if (message.kind === "extend") void this.#extend(message);
      else onAnswer(message);
    });
    this.program = new ChildProgram(argv, {
      waitsForOthers: false,
      onOutput: (chunk) => reader.add(chunk),
      input: () => this.#task(),
    });
  }

  /** Lets the worker do its work. At the deadline it is ended, with all that it started. */
  readonly fetcher: Fetcher = async (context) => {
    this.#context = context;
    const ended = this.program.run(context.signal);
    const first = await Promise.race([this.#answer, ended]);
    // What it left behind on purpose may keep its output open. After a failure its last words are waited for.
    if (first.kind === "done") return first.data;
    if (first.kind === "not-modified") return notModified();
    const end = await ended;
    throw first.kind === "failed" ? errorOf(first) : new WorkerError(describeEnd(end));
  };

  #task(): string {
    const { deadline = 0, stored } = this.#context ?? {};
    return encodeTask({ ...this.#work, mark: this.#mark, deadline, stored });
  }

  async #extend({ id, by }: MessageOf<"extend">): Promise<void> {
    try {
      await this.#context?.extend(by);
      this.program.say(encodeReply({ id }));
    } catch (error) {
      this.program.say(encodeReply({ id, error: toldError(error) }));
    }
  }
}
