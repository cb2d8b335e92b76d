/**
 * What the attacks of crowds ask their processes, and what they answer.
 *
 * @module
 */

/** One call of everybody at one moment. */
export interface HerdJob {
  readonly job: "herd";
  /** The source, which has no data. */
  readonly name: string;
  /** How long the refresher takes, in milliseconds. */
  readonly slow: number;
  /** What the refresher returns, a version of a payload. */
  readonly version: number;
  /** The moment, milliseconds since the epoch. */
  readonly at: number;
}

/** What one process got from it. */
export interface HerdAnswer {
  /** How often its refresher ran. */
  readonly runs: number;
  readonly version?: number;
  readonly origin?: string;
  readonly problem?: string;
}

/** Calls without a pause, for a while. */
export interface ChurnJob {
  readonly job: "churn";
  /** `"claim"`: a claim, given back at once. `"refresh"`: a forced refresh that has nothing to wait for. */
  readonly call: "claim" | "refresh";
  readonly name: string;
  /** The first moment and the last, milliseconds since the epoch. */
  readonly at: number;
  readonly until: number;
}

/** What one process got from it. Durations are milliseconds. */
export interface ChurnAnswer {
  readonly calls: number;
  /** Claims that were granted to it. */
  readonly granted: number;
  readonly slowest: number;
  readonly total: number;
  /** What went wrong. */
  readonly problems: readonly string[];
}
