/**
 * Why there is no new data.
 *
 * @module
 */

import { DiscoveryCacheError } from "./base.ts";

/** What a {@linkcode RefreshFailedError} is made from. */
export interface RefreshFailure {
  /** The source, as `tier/name`. */
  readonly source: string;
  /** Why, in words. */
  readonly reason: string;
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** When a refresh that is not forced may be tried again, milliseconds since the epoch. */
  readonly retryAt: number;
  /** What the refresher threw, if it ran in this process. */
  readonly cause?: unknown;
}

/** A refresh failed, in this process or in another. The data from before, if there is any, is still there. */
export class RefreshFailedError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "RefreshFailedError";
  /** The same literal for every error of this class. */
  override readonly code = "REFRESH_FAILED";
  /** The source, as `tier/name`. */
  readonly source: string;
  /** Why, in words, in whichever process it happened. */
  readonly reason: string;
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** When a refresh that is not forced may be tried again, milliseconds since the epoch. */
  readonly retryAt: number;

  /**
   * Makes the error and its message.
   *
   * @param failure The source, the reason, the tries so far, when the next is due, and the cause.
   */
  constructor(failure: RefreshFailure) {
    const { source, reason, attempts, retryAt, cause } = failure;
    const tries = attempts === 1 ? "once" : `${attempts} times in a row`;
    super(
      `refreshing ${source} failed (${tries}): ${reason}; ` +
        `it is tried again after ${new Date(retryAt).toISOString()}, or at once if forced`,
      cause === undefined ? {} : { cause },
    );
    this.source = source;
    this.reason = reason;
    this.attempts = attempts;
    this.retryAt = retryAt;
  }
}

/** A refresher was not done by its deadline. The cause of a {@linkcode RefreshFailedError}. */
export class RefreshDeadlineError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "RefreshDeadlineError";
  /** The same literal for every error of this class. */
  override readonly code = "REFRESH_DEADLINE";
  /** How long it was given, in milliseconds. */
  readonly deadlineMs: number;

  /**
   * Makes the error and its message.
   *
   * @param deadlineMs How long the refresher was given, in milliseconds.
   */
  constructor(deadlineMs: number) {
    super(`the refresher was not done within its ${deadlineMs} ms: give it more time, or make it quicker`);
    this.deadlineMs = deadlineMs;
  }
}

/**
 * A refresher returned something that cannot be kept: the cause of a {@linkcode RefreshFailedError}. Or somebody put it.
 */
export class InvalidPayloadError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "InvalidPayloadError";
  /** The same literal for every error of this class. */
  override readonly code = "INVALID_PAYLOAD";
  /** What was returned or put, in words. */
  readonly found: string;
  /** What would be right, in words. */
  readonly expected: string;

  /**
   * Makes the error and its message.
   *
   * @param found What was returned or put, in words.
   * @param expected What would be right, in words.
   * @param how How it came, in words.
   */
  constructor(found: string, expected: string, how: string = "the refresher returned") {
    super(`${how} ${found}: expected ${expected}`);
    this.found = found;
    this.expected = expected;
  }
}

/** What a {@linkcode WaitTimeoutError} is made from. */
export interface WaitTimeout {
  /** The source, as `tier/name`. */
  readonly source: string;
  /** How long the caller would wait, in milliseconds; `undefined`: until the deadline of somebody else's refresh. */
  readonly maxWait?: number | undefined;
  /** The process that refreshes it; `undefined` if it is this one, or is not known. */
  readonly pid?: number | undefined;
  /** By when it has promised to be done, milliseconds since the epoch. */
  readonly deadline?: number | undefined;
}

/**
 * A refresh was still going on when its caller would wait no longer, or at its deadline, and there is nothing else to
 * serve. The refresh goes on.
 */
export class WaitTimeoutError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "WaitTimeoutError";
  /** The same literal for every error of this class. */
  override readonly code = "WAIT_TIMEOUT";
  /** The source, as `tier/name`. */
  readonly source: string;
  /** How long the caller would wait, in milliseconds; `undefined`: until the deadline of somebody else's refresh. */
  readonly maxWait: number | undefined;
  /** The process that refreshes it; `undefined` if it is this one, or is not known. */
  readonly pid: number | undefined;
  /** By when it has promised to be done, milliseconds since the epoch; `undefined` if that is not known. */
  readonly deadline: number | undefined;

  /**
   * Makes the error and its message.
   *
   * @param timeout The source, how long was waited, and for whom.
   */
  constructor({ source, maxWait, pid, deadline }: WaitTimeout) {
    const who = pid === undefined
      ? `${source} was still being refreshed`
      : `process ${pid} was still refreshing ${source}`;
    const when = maxWait === undefined
      ? `at its deadline, ${new Date(deadline ?? 0).toISOString()}`
      : `after the ${maxWait} ms that were to be waited at most`;
    super(`${who} ${when}: wait for it again, or try later`);
    this.source = source;
    this.maxWait = maxWait;
    this.pid = pid;
    this.deadline = deadline;
  }
}

/** A refresh is in vain: somebody has taken over, or changed the source meanwhile. What it brings will be dropped. */
export class SupersededError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "SupersededError";
  /** The same literal for every error of this class. */
  override readonly code = "SUPERSEDED";
  /** The source, as `tier/name`. */
  readonly source: string;

  /**
   * Makes the error and its message.
   *
   * @param source The source, as `tier/name`.
   */
  constructor(source: string) {
    super(
      `this refresh of ${source} is in vain: somebody has taken over, or changed or removed the source meanwhile; ` +
        "what it brings will be dropped",
    );
    this.source = source;
  }
}

/** The cache was closed, and refreshes nothing any more; or it was closed while the caller waited for a refresh. */
export class CacheClosedError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "CacheClosedError";
  /** The same literal for every error of this class. */
  override readonly code = "CACHE_CLOSED";

  /** Makes the error and its message. */
  constructor() {
    super(
      "the cache was closed, and refreshes nothing any more: refresh before close() is called, or make another cache; " +
        "reading still works",
    );
  }
}

/** There is no data, or none that is new enough, and the caller asked for none to be fetched. */
export class NoDataError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "NoDataError";
  /** The same literal for every error of this class. */
  override readonly code = "NO_DATA";
  /** The source, as `tier/name`. */
  readonly source: string;
  /** How old the data is that was too old, in milliseconds; `undefined` if there is none. */
  readonly age: number | undefined;

  /**
   * Makes the error and its message.
   *
   * @param source The source, as `tier/name`.
   * @param age How old the data is that was too old, in milliseconds; `undefined` if there is none.
   */
  constructor(source: string, age?: number) {
    const found = age === undefined
      ? `there is no data of ${source} yet`
      : `the data of ${source} is ${Math.round(age)} ms old, which is more than its TTL and maxStale allow`;
    super(`${found}: refresh it, or ask with another refresh mode than "none"`);
    this.source = source;
    this.age = age;
  }
}

/** What is on disk cannot be decoded. It is treated as absent, and the next refresh replaces it. */
export class CorruptDataError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "CorruptDataError";
  /** The same literal for every error of this class. */
  override readonly code = "CORRUPT_DATA";
  /** The source, as `tier/name`. */
  readonly source: string;

  /**
   * Makes the error and its message.
   *
   * @param source The source, as `tier/name`.
   * @param cause What the decoder threw.
   */
  constructor(source: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(`the data of ${source} cannot be decoded: ${detail}; the next refresh replaces it`, { cause });
    this.source = source;
  }
}
