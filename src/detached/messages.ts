/**
 * What a supervisor and its worker tell each other.
 *
 * The worker is told what to do by the first line of its standard input, whose end says that the supervisor is gone. It
 * answers on its standard output, where the refresher may write as well: so each message is a line of its own that
 * begins with a mark, which the refresher does not know.
 *
 * @module
 */

import type { Progress } from "../store.ts";

/** What the worker is told. */
export interface Task {
  /** What its messages begin with. */
  readonly mark: string;
  /** The module whose default export is the refresher. */
  readonly module: string;
  /** By when the refresh has to be done, milliseconds since the epoch. */
  readonly deadline: number;
}

/** What the worker tells. */
export type Message =
  /** How far it has come. */
  | { readonly kind: "progress"; readonly progress: Progress }
  /** It is done: the data, as JSON. */
  | { readonly kind: "done"; readonly data: string }
  /** It has failed, and why. */
  | { readonly kind: "failed"; readonly reason: string };

/** A message as the worker writes it. What the refresher wrote before may not have ended its line. */
export function encodeMessage(mark: string, message: Message): string {
  return `\n${mark}${JSON.stringify(message)}\n`;
}

/** Finds the messages in what a worker writes. Of lines that are none nothing is kept, however long they are. */
export class MessageReader {
  readonly #mark: string;
  readonly #onMessage: (message: Message) => void;
  readonly #decoder = new TextDecoder();
  #line = "";
  #kind: "unknown" | "message" | "foreign" = "unknown";

  /**
   * @param mark What messages begin with.
   * @param onMessage Is given each.
   */
  constructor(mark: string, onMessage: (message: Message) => void) {
    this.#mark = mark;
    this.#onMessage = onMessage;
  }

  /** Takes the next part of the stream. */
  add(chunk: Uint8Array): void {
    const [first = "", ...others] = this.#decoder.decode(chunk, { stream: true }).split("\n");
    this.#take(first);
    for (const other of others) {
      this.#end();
      this.#take(other);
    }
  }

  #take(text: string): void {
    if (this.#kind === "foreign") return;
    this.#line += text;
    if (this.#kind === "message" || this.#line.length < this.#mark.length) return;
    this.#kind = this.#line.startsWith(this.#mark) ? "message" : "foreign";
    if (this.#kind === "foreign") this.#line = "";
  }

  #end(): void {
    const text = this.#kind === "message" ? this.#line.slice(this.#mark.length) : undefined;
    this.#line = "";
    this.#kind = "unknown";
    if (text !== undefined) this.#onMessage(parse(text));
  }
}

function parse(text: string): Message {
  try {
    return JSON.parse(text) as Message;
  } catch {
    // Somebody else who has the same output wrote into the middle of it.
    return {
      kind: "failed",
      reason: "the answer of its process was garbled by what something else wrote to its output",
    };
  }
}
