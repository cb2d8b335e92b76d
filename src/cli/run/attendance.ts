/**
 * Refreshes that are waited for, and what ends all of them at once: a signal that asks this process to end, or whoever waits
 * having waited long enough.
 *
 * @module
 */

import { type Interrupt, onInterrupt } from "../../detached/interrupts.ts";

/** Whoever waits for refreshes, until he is called away. */
export class Attendance {
  readonly #leave = new Set<(signal: Interrupt) => void>();
  readonly #forget: () => void;
  #endedBy: Interrupt | undefined;

  /** Begins to listen for signals. */
  constructor() {
    this.#forget = onInterrupt((signal) => this.end(signal));
  }

  /** What ended it; `undefined` as long as nothing has. */
  get endedBy(): Interrupt | undefined {
    return this.#endedBy;
  }

  /** Ends everything that is waited for. Only the first call counts. */
  end(signal: Interrupt): void {
    if (this.#endedBy !== undefined) return;
    this.#endedBy = signal;
    for (const leave of [...this.#leave]) leave(signal);
  }

  /**
   * Adds something that is to be ended.
   *
   * @param leave Told once, with the signal that is to be passed on; at once if it is over already.
   * @returns A function that takes it off again.
   */
  onEnd(leave: (signal: Interrupt) => void): () => void {
    if (this.#endedBy !== undefined) leave(this.#endedBy);
    this.#leave.add(leave);
    return () => void this.#leave.delete(leave);
  }

  /** Signals end this process again. */
  close(): void {
    this.#forget();
  }
}
