/**
 * The options of a cache and of its methods, and whether they can be used.
 *
 * @module
 */

import type { BackoffOptions } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { type Duration, parseDuration } from "./duration.ts";
import { InvalidOptionError } from "./errors.ts";
import type { StoreOptions } from "./open.ts";

/**
 * Options of a cache. Either `root` or `store` is needed.
 *
 * @example What a refresher throws has a token in it
 * ```ts
 * import { type CacheOptions, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const options: CacheOptions = {
 *   store: new MemoryStore(), // in a program: root: userCacheDir("fiz")
 *   redact: (text) => text.replace(/key=\w+/g, "key=***"),
 * };
 * const cache = new DiscoveryCache(options);
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.refresh(models, () => Promise.reject(new Error("/models?key=s3cret: not found"))).catch(() => {});
 * const state = await cache.refreshState(models);
 * if (state.kind !== "cooling-down" || !state.lastError.includes("key=***")) throw new Error("others can read it");
 * ```
 */
export interface CacheOptions extends StoreOptions {
  /** Time and randomness. Default: the system's. */
  readonly clock?: Clock | undefined;
  /** How long a failed source is left alone. Default: 1 s, doubled by each further failure up to 10 min, full jitter. */
  readonly backoff?: BackoffOptions | undefined;
  /**
   * Takes out of a text what others must not read, a token in a URL for example, before it is recorded: why a refresh
   * failed, and what a refresher reports. Others find both in the cache's folder, for as long as that lasts. Given the text
   * and asked for what is to be kept; if it fails, nothing of the text is kept. Refreshes then stay in the program
   * (`detached` has no effect), since another process has no such function.
   */
  readonly redact?: ((text: string) => string) | undefined;
  /**
   * Whether refreshes in the background keep the process alive until they end, and `close()` waits for them. Default:
   * `true`. With `false`, for programs that are done when their work is done: nothing of the cache's own keeps the process
   * alive, `close()` gives up what goes on in the background, and what goes on when the process ends is given up then.
   *
   * What a refresher itself holds open (a request, a timer, a child process) keeps any process alive until it ends or its
   * signal is aborted: say with `close()`, or `await using`, that the work is done.
   */
  readonly keepAlive?: boolean | undefined;
}

/**
 * Options of a call that waits.
 *
 * @example A user who has waited long enough while it goes on
 * ```ts
 * import { DiscoveryCache, MemoryStore, type WaitOptions } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const user = new AbortController();
 * const options: WaitOptions = { signal: user.signal, maxWait: "5s" };
 * const given: AbortSignal[] = [];
 * const waiting = cache.refresh({ name: "models", ttl: "24h", refreshDeadline: "10s" }, ({ signal }) => {
 *   given.push(signal);
 *   user.abort("enough");
 *   return new Promise<string>(() => {});
 * }, options);
 * if (await waiting.catch((reason) => reason) !== "enough") throw new Error("it was waited for");
 * if (given[0]?.aborted !== true) throw new Error("it goes on, and nobody waits for it");
 * ```
 */
export interface WaitOptions {
  /** Ends the wait: the promise rejects with its reason. A refresh that nobody waits for any more is given up. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long to wait at most: milliseconds, or a text such as `"2s"`. Default: until the refresh has ended, which is at its
   * deadline at the latest. The refresh goes on in the background then, and the promise rejects with a
   * {@linkcode WaitTimeoutError}, where there is nothing else to be returned. With 0 a refresh is begun, and not waited for.
   */
  readonly maxWait?: Duration | undefined;
}

/**
 * What {@linkcode ByteCache.prune} keeps and where it looks.
 *
 * @example What would be removed of the data that is older than a month?
 * ```ts
 * import { DiscoveryCache, MemoryStore, type PruneOptions, systemClock } from "@discoverycache/core";
 *
 * let now = 0;
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => now } });
 * await cache.put({ name: "old", ttl: "24h", refreshDeadline: "10s" }, "[]");
 * now = 31 * 24 * 3_600_000;
 * await cache.put({ name: "new", ttl: "24h", refreshDeadline: "10s" }, "[]");
 *
 * const options: PruneOptions = { all: true, olderThan: "30d", dryRun: true };
 * const { removed, kept } = await cache.prune([], options);
 * if (removed[0]?.name !== "old" || removed.length !== 1 || kept !== 1) throw new Error("only the old one");
 * ```
 */
export interface PruneOptions {
  /** Needed to prune everything: an empty list of what to keep is refused without it. */
  readonly all?: boolean | undefined;
  /** Remove only what is older than this. */
  readonly olderThan?: Duration | undefined;
  /** The tiers to look at. Default: every tier. */
  readonly tiers?: readonly string[] | undefined;
  /** Only report what would be removed. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Options of {@linkcode ByteCache.maybeRefresh}.
 *
 * @example A server says that its list has changed since
 * ```ts
 * import { DiscoveryCache, MemoryStore, type StaleOptions, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => now } });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.put(models, "before");
 * now = 3_000;
 * const changed: StaleOptions = { newerThan: 2_000 };
 * cache.maybeRefresh(models, async () => "after", changed); // fresh, and refreshed all the same
 * await cache.drain();
 * if (new TextDecoder().decode(cache.readSync(models).data) !== "after") throw new Error("it was not refreshed");
 * ```
 */
export interface StaleOptions {
  /**
   * Data captured after this moment will do, in milliseconds since the epoch. Default: whatever is fresh. For a caller who
   * cannot use the data that is there, however fresh it is.
   */
  readonly newerThan?: number | undefined;
}

/**
 * Options of {@linkcode ByteCache.refreshIfStale}.
 *
 * @example Two seconds at most for something newer than what is there
 * ```ts
 * import { DiscoveryCache, type IfStaleOptions, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => now } });
 * const quota = { name: "quota", ttl: "5m", refreshDeadline: "10s" };
 * const ask = (options: IfStaleOptions) => cache.refreshIfStale(quota, async () => String(now), options);
 * await ask({});
 * now = 2_000;
 * if ((await ask({ maxWait: "2s" })).origin !== "hit") throw new Error("it is one second old");
 * if ((await ask({ maxWait: "2s", newerThan: 1_500 })).origin !== "refreshed") throw new Error("it is from before");
 * ```
 */
export interface IfStaleOptions extends WaitOptions, StaleOptions {}

/** The longest that a failed source is left alone, in milliseconds: longer is not believed by others. */
const LONGEST_BACKOFF_MS = 24 * 60 * 60 * 1_000;

/** Throws unless a back-off can be used. */
export function checkBackoff({ base, cap }: BackoffOptions): void {
  for (const [what, value] of Object.entries({ "backoff.base": base, "backoff.cap": cap })) {
    if (value === undefined || (value >= 0 && value <= LONGEST_BACKOFF_MS)) continue;
    throw new InvalidOptionError({ what, value, expected: `milliseconds, from 0 to ${LONGEST_BACKOFF_MS}` });
  }
}

/**
 * How long a caller waits at most.
 *
 * @returns Milliseconds; `undefined` if as long as it takes.
 * @throws {InvalidDurationError} If it is no duration.
 */
export function checkMaxWait({ maxWait }: WaitOptions): number | undefined {
  return maxWait === undefined ? undefined : parseDuration(maxWait, "maxWait");
}

/** Throws unless a switch is on, off or left out. */
export function checkSwitch(what: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new InvalidOptionError({ what, value, expected: "true or false" });
}

/** Throws unless something is a function. */
export function checkFunction(what: string, value: unknown, expected: string): void {
  if (typeof value !== "function") throw new InvalidOptionError({ what, value, expected });
}
