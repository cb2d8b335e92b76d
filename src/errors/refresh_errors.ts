/**
 * Why a refresh brought nothing.
 *
 * @module
 */

import { DiscoveryCacheError } from "./base.ts";

/**
 * What a {@linkcode RefreshFailedError} is made from.
 *
 * @example One line for a log, of whatever failed
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshFailure } from "@discoverycache/core";
 *
 * const log: string[] = [];
 * const note = ({ source, attempts, reason }: RefreshFailure) => log.push(`${source} #${attempts}: ${reason}`);
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * cache.on("failed", ({ error }) => note(error));
 * const quota = { name: "quota", ttl: "5m", refreshDeadline: "10s" };
 * for (let tries = 0; tries < 2; tries++) {
 *   await cache.refresh(quota, () => Promise.reject(new Error("no such host"))).catch(() => {});
 * }
 * if (log.at(-1) !== "discovery/quota #2: no such host") throw new Error("it has failed twice");
 * ```
 */
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

/**
 * A refresh failed, in this process or in another. The data from before, if there is any, is still there.
 *
 * @example It failed, and what was there is still there
 * ```ts
 * import { DiscoveryCache, MemoryStore, RefreshFailedError } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.put(models, "[]");
 * const cause = new Error("no such host");
 * const error = await cache.refresh(models, () => Promise.reject(cause)).catch((error) => error);
 * if (!(error instanceof RefreshFailedError)) throw new Error("it did not fail");
 * if (error.source !== "discovery/models" || error.attempts !== 1 || error.cause !== cause) throw error;
 * if (cache.readSync(models).data?.length !== 2) throw new Error("what was there is lost");
 * ```
 */
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

/**
 * A refresher was not done by its deadline. The cause of a {@linkcode RefreshFailedError}.
 *
 * @example A refresher that never comes to an end
 * ```ts
 * import { DiscoveryCache, MemoryStore, RefreshDeadlineError, RefreshFailedError } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const slow = { name: "slow", ttl: "24h", refreshDeadline: "1ms" };
 * const error = await cache.refresh(slow, () => new Promise<string>(() => {})).catch((error) => error);
 * if (!(error instanceof RefreshFailedError)) throw new Error("it came to an end");
 * if (!(error.cause instanceof RefreshDeadlineError) || error.cause.deadlineMs !== 1) throw error;
 * ```
 */
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
 *
 * @example A refresher that forgot to return what it found
 * ```ts
 * import { DiscoveryCache, InvalidPayloadError, MemoryStore, RefreshFailedError } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const found: string[] = [];
 * const refresh = async () => void found.push("one", "another");
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
 * const error = await models.get().catch((error) => error);
 * if (!(error instanceof RefreshFailedError)) throw new Error("nothing was kept as data");
 * if (!(error.cause instanceof InvalidPayloadError) || error.cause.found !== "undefined") throw error;
 * ```
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

/**
 * A refresh is in vain: somebody has taken over, or changed the source meanwhile. What it brings will be dropped.
 *
 * @example A refresher learns that its work is in vain
 * ```ts
 * import { DiscoveryCache, MemoryStore, SupersededError } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = { name: "models", ttl: 0, refreshDeadline: "10s" };
 * let learned: unknown;
 * cache.maybeRefresh(models, async ({ extend }) => {
 *   await cache.put(models, "from a push"); // somebody else does, meanwhile
 *   await extend("30s").catch((error) => learned = error);
 *   return "from a poll";
 * });
 * await cache.drain();
 * if (!(learned instanceof SupersededError)) throw new Error("nobody told it");
 * if (new TextDecoder().decode(cache.readSync(models).data) !== "from a push") throw new Error("it was overwritten");
 * ```
 */
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
