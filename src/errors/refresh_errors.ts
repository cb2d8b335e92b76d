/**
 * Why there is no new data.
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
 * What a {@linkcode WaitTimeoutError} is made from.
 *
 * @example Whom to blame for the wait
 * ```ts
 * import { type WaitTimeout, WaitTimeoutError } from "@discoverycache/core";
 *
 * const blame = ({ source, pid }: WaitTimeout) =>
 *   pid === undefined ? `${source} takes its time` : `process ${pid} takes its time over ${source}`;
 * const error = new WaitTimeoutError({ source: "discovery/models", pid: 4711, deadline: 1_000 });
 * if (blame(error) !== "process 4711 takes its time over discovery/models") throw error;
 * ```
 */
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
 *
 * @example Nothing to show yet, and no time to wait
 * ```ts
 * import { DiscoveryCache, MemoryStore, WaitTimeoutError } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * let comes = (_answer: string) => {};
 * const answer = new Promise<string>((resolve) => comes = resolve);
 * const error = await cache.refreshIfStale(models, () => answer, { maxWait: 0 }).catch((error) => error);
 * if (!(error instanceof WaitTimeoutError) || error.maxWait !== 0) throw new Error("it was waited for");
 * comes("[]");
 * await cache.drain(); // the refresh goes on all the same
 * if (cache.readSync(models).state !== "fresh") throw new Error("it was given up");
 * ```
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

/**
 * The cache was closed, and refreshes nothing any more; or it was closed while the caller waited for a refresh.
 *
 * @example The work is done: what is there can be read, and no more is fetched
 * ```ts
 * import { CacheClosedError, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.put(models, "[]");
 * await cache.close();
 * const error = await cache.refresh(models, async () => "[1]").catch((error) => error);
 * if (!(error instanceof CacheClosedError)) throw new Error("it was refreshed");
 * if (cache.readSync(models).state !== "fresh") throw new Error("it cannot be read");
 * ```
 */
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

/**
 * There is no data, or none that is new enough, and the caller asked for none to be fetched.
 *
 * @example Show only what is there already
 * ```ts
 * import { DiscoveryCache, MemoryStore, NoDataError } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async () => ["one", "another"];
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
 * const error = await models.get({ refresh: "none" }).catch((error) => error);
 * if (!(error instanceof NoDataError) || error.age !== undefined) throw new Error("it was fetched");
 * await models.refresh();
 * if ((await models.get({ refresh: "none" })).length !== 2) throw new Error("it is there by now");
 * ```
 */
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

/**
 * What is on disk cannot be decoded. It is treated as absent, and the next refresh replaces it.
 *
 * @example Half a file, which the next refresh replaces
 * ```ts
 * import { CorruptDataError, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ["one"] });
 * await cache.put({ name: "models", ttl: "24h", refreshDeadline: "10s" }, '["on');
 * const found: unknown[] = [];
 * cache.on("corrupt", ({ error }) => found.push(error));
 * if ((await models.get())[0] !== "one") throw new Error("it was not replaced");
 * const [error] = found;
 * if (!(error instanceof CorruptDataError) || error.source !== "discovery/models") throw new Error("not told");
 * ```
 */
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
