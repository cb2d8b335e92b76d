/**
 * The end of a stream.
 *
 * @module
 */

import { joinBytes } from "./bytes.ts";

const NEW_LINE = 0x0a;

/** Keeps the last bytes of a stream, from the beginning of a line if something had to go. */
export class Tail {
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #cut = false;

  /** @param limit How many bytes are kept at the most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next part. */
  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (
      let [first] = this.#chunks;
      first !== undefined && this.#length - first.length >= this.#limit;
      [first] = this.#chunks
    ) {
      this.#chunks.shift();
      this.#length -= first.length;
      this.#cut = true;
    }
  }

  /** What is kept. */
  bytes(): Uint8Array {
    const whole = joinBytes(this.#chunks);
    if (!this.#cut && whole.length <= this.#limit) return whole;
    const last = whole.subarray(-this.#limit);
    return last.slice(last.indexOf(NEW_LINE) + 1);
  }
}
