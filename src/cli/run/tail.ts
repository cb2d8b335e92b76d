/**
 * The end of a stream.
 *
 * @module
 */

import { joinBytes } from "../bytes.ts";

const NEW_LINE = 0x0a;

/** Keeps the last bytes of a stream, from the beginning of a line if something had to go. */
export class Tail {
  readonly #limit: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** @param limit How many bytes are kept at the most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next part. */
  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // One byte more than is kept says whether what is kept begins a line.
    for (let [first] = this.#chunks; first !== undefined; [first] = this.#chunks) {
      if (this.#length - first.length <= this.#limit) break;
      this.#chunks.shift();
      this.#length -= first.length;
    }
  }

  /** What is kept. */
  bytes(): Uint8Array {
    const whole = joinBytes(this.#chunks);
    if (whole.length <= this.#limit) return whole;
    const begun = whole.subarray(-this.#limit - 1);
    const lines = begun.subarray(begun.indexOf(NEW_LINE) + 1);
    return lines.length === 0 || lines.length > this.#limit ? begun.slice(1) : lines.slice();
  }
}
