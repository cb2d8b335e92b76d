/**
 * By when a refresh has to be done: watched here, and told to everybody who may want to take over.
 *
 * @module
 */

import { type Duration, parseDuration } from "./duration.ts";
import { RefreshDeadlineError, SupersededError } from "./errors.ts";
import type { RefreshTools } from "./refresher.ts";
import { type CheckedSource, LONGEST_DEADLINE_MS } from "./source_options.ts";
import type { Claim } from "./store.ts";
import { untilAborted } from "./until_aborted.ts";

/** The deadline of one claim. */
export class Deadline {
  readonly #tools: RefreshTools;
  readonly #source: CheckedSource;
  readonly #claim: Claim;
  #at: number;
  /** Settles when the deadline that was asked for last is on record, or cannot be. */
  #extending: Promise<unknown> = Promise.resolve();

  /**
   * The deadline that a claim was made with.
   *
   * @param tools The store, the clock and the listeners.
   * @param source What is refreshed.
   * @param claim The right to do so.
   */
  constructor(tools: RefreshTools, source: CheckedSource, claim: Claim) {
    this.#tools = tools;
    this.#source = source;
    this.#claim = claim;
    this.#at = claim.deadline;
  }

  /** By when the refresh has to be done, milliseconds since the epoch. */
  get at(): number {
    return this.#at;
  }

  /**
   * Waits for the deadline, wherever it is by then.
   *
   * @param over Ends the wait, since the work is done.
   * @param missed Is told if the deadline comes first.
   */
  async watch(over: AbortSignal, missed: (error: RefreshDeadlineError) => void): Promise<void> {
    const { clock } = this.#tools;
    const { startedAt } = this.#claim;
    try {
      for (let watched = -Infinity; watched < this.#at;) {
        watched = this.#at;
        // A claim that was handed over has used up some of its time. A wall clock that was set back gives it no more.
        const left = Math.max(0, Math.min(watched - startedAt, watched - clock.now()));
        // Those who wait for the flight keep the process alive, or do not.
        await clock.sleep(left, { signal: over, keepAlive: false });
        await untilAborted(this.#extending, over);
      }
    } catch {
      return;
    }
    missed(new RefreshDeadlineError(this.#at - startedAt));
  }

  /**
   * Puts the deadline off. It is never brought forward.
   *
   * @param by How long from now.
   * @param over Aborted when the work is done: then there is nothing to put off.
   * @returns Resolves when it is on record. That it could not be is no unhandled rejection for those who do not look: the
   * listeners are told.
   * @throws {InvalidDurationError} If that is no duration, is 0, or would make more than 24 hours in all.
   * @throws {SupersededError} If the claim is not current any more.
   */
  extend(by: Duration, over: AbortSignal): Promise<void> {
    const now = this.#tools.clock.now();
    const most = Math.max(0, this.#claim.startedAt + LONGEST_DEADLINE_MS - now);
    let deadline: number;
    try {
      deadline = now + parseDuration(by, "extend", { above: 0, max: most });
    } catch (error) {
      return Promise.reject(error);
    }
    // One after the other, so that what is on record is not brought forward either.
    const recorded = this.#extending.then(() => this.#record(deadline, over));
    this.#extending = recorded.catch(() => {});
    return recorded;
  }

  async #record(deadline: number, over: AbortSignal): Promise<void> {
    const { store, events } = this.#tools;
    const { key: source, label } = this.#source;
    if (over.aborted || deadline <= this.#at) return;
    try {
      if (await store.extend(this.#claim, deadline, { signal: over }) === "superseded") {
        throw new SupersededError(label);
      }
    } catch (error) {
      if (over.aborted) return;
      if (!(error instanceof SupersededError)) events.emit({ kind: "error", source, error });
      throw error;
    }
    this.#at = deadline;
    events.emit({ kind: "extended", source, deadline });
  }
}
