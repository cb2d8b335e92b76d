/**
 * Why a caller waits no longer.
 *
 * @module
 */

import { DiscoveryCacheError } from "./base.ts";

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
