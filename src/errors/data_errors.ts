/**
 * Why there is no data to be had.
 *
 * @module
 */

import { DiscoveryCacheError } from "./base.ts";

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
