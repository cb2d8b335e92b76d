/**
 * What the dead-lock attack asks its processes, and what they answer.
 *
 * @module
 */

/** A question. */
export type DeadLockJob =
  /** Enter the section of every round's lock once, at the round's moment. */
  | RoundsJob<"enter">
  /** Ask for every round's claim once, at the round's moment, and keep it. */
  | RoundsJob<"claim">
  /** Give back every claim that was granted. */
  | { readonly job: "end" };

interface RoundsJob<Kind extends string> {
  readonly job: Kind;
  /** The number of the first round; every round has a source of its own, `r<number>`. */
  readonly first: number;
  readonly rounds: number;
  /** The moment of the first round, milliseconds since the epoch. */
  readonly at: number;
  /** From one round's moment to the next, in milliseconds. */
  readonly every: number;
}

/** What one process saw in some rounds. */
export interface DeadLockAnswer {
  /** Rounds in which somebody else was inside at the same time. */
  readonly overlaps: readonly number[];
  /** Rounds in which the lock was not ours any more when we left. */
  readonly robbed: readonly number[];
  /** Rounds in which the claim was granted to us. */
  readonly granted: readonly number[];
  /** Rounds in which somebody else was in the way at least once: the processes met. */
  readonly met: readonly number[];
}
