/**
 * How far a refresh has come: checked, and told not too often.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { InvalidOptionError } from "./errors.ts";
import type { Progress } from "./store.ts";

/** The pause between two reports, in milliseconds: at most four in a second. */
const REPORT_PAUSE_MS = 250;

function checkAmount(what: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidOptionError({ what, value, expected: "a finite number, 0 or more" });
}

/**
 * Checks what a refresher reports.
 *
 * @param value What it reports.
 * @returns A copy of it, and of nothing that does not belong there.
 * @throws {InvalidOptionError} If it is no object, an amount is no number from 0 on, or the message is no text.
 */
function checkProgress(value: unknown): Progress {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidOptionError({ what: "progress", value, expected: "an object with done, total or message" });
  }
  const { done, total, message } = value as Record<keyof Progress, unknown>;
  if (message !== undefined && typeof message !== "string") {
    throw new InvalidOptionError({ what: "progress.message", value: message, expected: "a text" });
  }
  const amounts = { done: checkAmount("progress.done", done), total: checkAmount("progress.total", total) };
  return {
    ...(amounts.done === undefined ? {} : { done: amounts.done }),
    ...(amounts.total === undefined ? {} : { total: amounts.total }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Tells the first report at once, and then the latest one whenever 250 ms have passed since the one before was told. */
export class ProgressReporter {
  readonly #clock: Clock;
  readonly #send: (progress: Progress) => void | Promise<unknown>;
  readonly #stopped = new AbortController();
  #latest: Progress | undefined;
  #busy = false;

  /**
   * Makes a reporter that has nothing to tell yet.
   *
   * @param clock Measures the pauses.
   * @param send Tells. Called again only when its promise has settled; what it throws is its own business.
   */
  constructor(clock: Clock, send: (progress: Progress) => void | Promise<unknown>) {
    this.#clock = clock;
    this.#send = send;
  }

  /**
   * Takes a report: it is told at once, or as soon as that is not too often, unless a later one comes before. After
   * {@linkcode stop} it is dropped.
   *
   * @param progress How far the work has come.
   * @throws {InvalidOptionError} If it is no object, an amount is no number from 0 on, or the message is no text.
   */
  report(progress: unknown): void {
    const checked = checkProgress(progress);
    if (this.#stopped.signal.aborted) return;
    this.#latest = checked;
    if (!this.#busy) void this.#tell();
  }

  /** Tells nothing more. What is being told just now is told; no timer is left. */
  stop(): void {
    this.#latest = undefined;
    this.#stopped.abort();
  }

  async #tell(): Promise<void> {
    const { signal } = this.#stopped;
    this.#busy = true;
    while (this.#latest !== undefined) {
      const progress = this.#latest;
      this.#latest = undefined;
      const pause = this.#clock.sleep(REPORT_PAUSE_MS, { signal, keepAlive: false }).catch(() => {});
      try {
        await this.#send(progress);
      } catch {
        // Whoever sends knows what to do about it.
      }
      await pause;
    }
    this.#busy = false;
  }
}
