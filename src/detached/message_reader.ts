/**
 * Hears a worker out of whatever else is written to its output.
 *
 * @module
 */

import { decodeMessage, type Message } from "./messages.ts";

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
    if (text !== undefined) this.#onMessage(decodeMessage(text));
  }
}
