/**
 * The end of what a program wrote to standard error.
 *
 * @module
 */

import { plain } from "../plain_text.ts";

/** How many bytes are kept. */
const KEPT_BYTES = 4_096;

/** How many lines are told at the most. */
const TOLD_LINES = 3;

/** How many characters are told at the most. */
const TOLD_CHARACTERS = 500;

/** Keeps the end of a stream. */
export class LastWords {
  #kept = new Uint8Array(0);

  /** Takes the next part of the stream. */
  add(chunk: Uint8Array): void {
    const both = new Uint8Array(this.#kept.length + Math.min(chunk.length, KEPT_BYTES));
    both.set(this.#kept);
    both.set(chunk.subarray(-KEPT_BYTES), this.#kept.length);
    this.#kept = both.slice(-KEPT_BYTES);
  }

  /** The last lines that say anything, on one line. */
  toString(): string {
    const lines = new TextDecoder().decode(this.#kept).split(/[\r\n]+/).map(plain).filter((line) => line !== "");
    const told = lines.slice(-TOLD_LINES).join(" / ");
    return told.length <= TOLD_CHARACTERS ? told : `...${told.slice(-TOLD_CHARACTERS)}`;
  }
}
