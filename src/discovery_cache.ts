/**
 * The face of the package: the lower layer's bytes, and typed sources on top of them.
 *
 * @module
 */

import { ByteCache } from "./cache.ts";
import { TypedSource } from "./source.ts";
import type { SourceDefinition } from "./source_refresh.ts";

/**
 * A cache that many processes share: answers at once, refreshes in the background, one refresh at a time.
 *
 * @example A slow question, asked again and again
 * ```ts
 * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * let asked = 0;
 * const models = cache.source<string[]>({
 *   name: "openrouter",
 *   ttl: "24h",
 *   refreshDeadline: "10s",
 *   refresh: async () => [`answer ${++asked}`],
 * });
 *
 * await models.get();
 * const [answer] = await models.get();
 * if (answer !== "answer 1" || asked !== 1) throw new Error("asked twice");
 * ```
 *
 * @example A program that is done when its work is done
 * ```ts
 * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore(); // in a program: { root: userCacheDir("fiz"), keepAlive: false }
 * const definition = { name: "openrouter", ttl: 0, refreshDeadline: "10s" };
 * const refresh = async ({ signal }: { signal: AbortSignal }) => (signal.aborted ? [] : ["one", "another"]);
 * await new DiscoveryCache({ store }).source({ ...definition, refresh }).refresh();
 *
 * const never = () => new Promise<string[]>(() => {});
 * {
 *   await using cache = new DiscoveryCache({ store, keepAlive: false });
 *   const names = await cache.source({ ...definition, refresh: never }).get(); // stale, and a refresh is pending
 *   if (names.length !== 2) throw new Error("incomplete");
 * } // it is given up here, and its claim is free for the next
 *
 * const next = new DiscoveryCache({ store });
 * const state = await next.refreshState(definition);
 * if (state.kind !== "idle") throw new Error("somebody still refreshes");
 * ```
 */
export class DiscoveryCache extends ByteCache {
  /**
   * Defines a source of typed data. What its refresher returns is kept as JSON.
   *
   * @param definition The source's name, TTL, deadline and refresher.
   * @returns The source, to be kept and asked.
   * @throws {InvalidNameError} If its tier or name cannot be used.
   * @throws {InvalidDurationError} If its TTL or its deadline cannot be used.
   */
  source<T>(definition: SourceDefinition<T>): TypedSource<T> {
    return new TypedSource<T>(this, definition, {
      emit: (event) => this.emit(event),
      refreshBehind: (...what) => this.refreshBehind(...what),
    });
  }
}
