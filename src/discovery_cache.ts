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
