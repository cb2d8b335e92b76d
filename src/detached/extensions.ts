/**
 * A worker's deadline, which its supervisor puts off.
 *
 * @module
 */

import { type Duration, parseDuration } from "../duration.ts";
import { reasonOf } from "../refresher_result.ts";
import { LONGEST_DEADLINE_MS } from "../source_options.ts";
import type { Message, Reply, ToldError } from "./messages.ts";

/** An error as it is told to another process. */
export function toldError(error: unknown): ToldError {
  const { name, code } = Object(error) as { readonly name?: unknown; readonly code?: unknown };
  return {
    name: typeof name === "string" ? name : "Error",
    message: reasonOf(error),
    code: typeof code === "string" ? code : undefined,
  };
}

/** Somebody who waits for a reply. */
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Asks for other deadlines, and hears the replies. */
export class Extensions {
  readonly #tell: (message: Message) => unknown;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  /** @param tell Tells the supervisor. */
  constructor(tell: (message: Message) => unknown) {
    this.#tell = tell;
  }

  /**
   * Asks for another deadline.
   *
   * @param by How long from now.
   * @throws What the supervisor says, with the same name, message and code.
   */
  readonly extend = async (by: Duration): Promise<void> => {
    // What is no duration at all may be none that gets through, either.
    parseDuration(by, "extend", { above: 0, max: LONGEST_DEADLINE_MS });
    const id = ++this.#asked;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#tell({ kind: "extend", id, by });
    });
  };

  /** Takes a reply. */
  hear({ id, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) return waiting?.resolve();
    const { name, message, code } = error;
    waiting?.reject(Object.assign(new Error(message), { name }, code === undefined ? {} : { code }));
  }
}
