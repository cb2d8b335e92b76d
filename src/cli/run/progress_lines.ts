/**
 * Progress, read off what a command writes to standard error: the last line is what it is doing, and a line that begins
 * with `3/10`, `[3/10]` or `30%` says how far it is.
 *
 * @module
 */

import { plain } from "../../plain_text.ts";
import type { Progress } from "../../store.ts";

/** The most characters of a line that are looked at. */
const LONGEST_LINE = 500;

const PARTS = /^[[(]?\s*(\d{1,15})\s*(?:\/|of)\s*(\d{1,15})\b[\])]?[:\s]*/;
const PERCENT = /^[[(]?\s*(\d{1,3})(?:\.\d+)?\s*%[\])]?[:\s]*/;

/** What remains of a line when the amount is gone. */
function rest(line: string, amount: string): Pick<Progress, "message"> {
  const message = line.slice(amount.length);
  return message === "" ? {} : { message };
}

/** What a line says of the progress; `undefined` if it says nothing. */
export function progressOf(line: string): Progress | undefined {
  const text = plain(line.slice(0, LONGEST_LINE));
  if (text === "") return undefined;
  const [amount, done, total] = PARTS.exec(text) ?? PERCENT.exec(text) ?? [];
  if (amount === undefined) return { message: text };
  const [of, out] = [Number(done), Number(total ?? 100)];
  // More than all of it is something else than progress: a date, for example.
  return of <= out && out > 0 ? { done: of, total: out, ...rest(text, amount) } : { message: text };
}

/** Finds the lines in a stream, however it comes in parts, and tells of each what it says of the progress. */
export class ProgressLines {
  readonly #tell: (progress: Progress) => void;
  readonly #decoder = new TextDecoder();
  #begun = "";

  /** @param tell Told of each line that says something, when it is complete. */
  constructor(tell: (progress: Progress) => void) {
    this.#tell = tell;
  }

  /** Takes the next part of the stream. */
  add(chunk: Uint8Array): void {
    const lines = (this.#begun + this.#decoder.decode(chunk, { stream: true })).split(/[\r\n]+/);
    this.#begun = lines.pop()?.slice(0, LONGEST_LINE) ?? "";
    for (const line of lines) {
      const progress = progressOf(line);
      if (progress !== undefined) this.#tell(progress);
    }
  }
}
