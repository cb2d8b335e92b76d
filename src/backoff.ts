/**
 * How long a failed source is left alone.
 *
 * @module
 */

/**
 * The ceiling of the delay after the first failure, in milliseconds.
 *
 * @example A provider that takes long to recover
 * ```ts
 * import { BACKOFF_BASE_MS, retryDelay } from "@discoverycache/core";
 *
 * const base = 5 * BACKOFF_BASE_MS;
 * if (retryDelay(1, 0.5, { base }) !== 2_500) throw new Error("half of 5 s");
 * ```
 */
export const BACKOFF_BASE_MS = 1_000;

/**
 * The highest ceiling, in milliseconds: 10 minutes.
 *
 * @example However often it has failed, it is tried again within ten minutes
 * ```ts
 * import { BACKOFF_CAP_MS, formatDuration, retryDelay } from "@discoverycache/core";
 *
 * if (retryDelay(1_000, 0.9999) >= BACKOFF_CAP_MS) throw new Error("longer than that");
 * if (formatDuration(BACKOFF_CAP_MS) !== "10m") throw new Error("another cap");
 * ```
 */
export const BACKOFF_CAP_MS = 600_000;

/** Doublings after which the ceiling is no longer raised: further ones could only overflow. */
const MOST_DOUBLINGS = 64;

/**
 * Options of {@linkcode retryDelay}.
 *
 * @example A server on this machine may be asked again soon
 * ```ts
 * import { type BackoffOptions, DiscoveryCache, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * const soon: BackoffOptions = { base: 100, cap: 2_000 };
 * const clock = { ...systemClock, now: () => 1_000, random: () => 0.5 };
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock, backoff: soon });
 * const load = { name: "load", ttl: "5s", refreshDeadline: "1s" };
 * await cache.refresh(load, () => Promise.reject(new Error("not up yet"))).catch(() => {});
 * const state = await cache.refreshState(load);
 * if (state.kind !== "cooling-down" || state.retryAt !== 1_050) throw new Error("half of 100 ms later");
 * ```
 */
export interface BackoffOptions {
  /** The ceiling after the first failure, in milliseconds. Defaults to {@linkcode BACKOFF_BASE_MS}. */
  readonly base?: number | undefined;
  /** The highest ceiling, in milliseconds. Defaults to {@linkcode BACKOFF_CAP_MS}. */
  readonly cap?: number | undefined;
}

/**
 * Says how long to wait after a failure: a random part of a ceiling that starts at `base`, doubles with every further
 * failure, and never exceeds `cap`.
 *
 * The delay is spread over all of [0, ceiling) ("full jitter"), so that many processes that failed together do not come
 * back together.
 *
 * @param attempts How many tries have failed since the last success; less than 1 counts as 1.
 * @param random A random number in [0, 1).
 * @param options The ceilings, in milliseconds: `base` is 1 s and `cap` 10 min if left out.
 * @returns The delay, in whole milliseconds.
 *
 * @example The ceiling after the third failure is 4 s
 * ```ts
 * import { retryDelay } from "@discoverycache/core";
 *
 * if (retryDelay(3, 0.5) !== 2_000) throw new Error("half of 4 s");
 * ```
 */
export function retryDelay(attempts: number, random: number, options: BackoffOptions = {}): number {
  const { base = BACKOFF_BASE_MS, cap = BACKOFF_CAP_MS } = options;
  const doublings = Math.min(Math.max(attempts - 1, 0), MOST_DOUBLINGS);
  return Math.floor(random * Math.min(cap, base * 2 ** doublings));
}
