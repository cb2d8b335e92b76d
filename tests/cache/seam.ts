/**
 * Caches on stores of which a test writes some verbs itself.
 *
 * @module
 */

import type { CacheOptions } from "../../src/cache_options.ts";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { MemoryStore } from "../../src/memory_store.ts";
import type { Store } from "../../src/store.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { Transcript } from "./bench.ts";

/** Some verbs of a store; `undefined` takes one away. */
export type Verbs = { readonly [Verb in keyof Store]?: Store[Verb] | undefined };

/** A cache on a memory store some of whose verbs are others. */
export function cacheWith(makeVerbs: (inner: MemoryStore) => Verbs, options: Pick<CacheOptions, "keepAlive"> = {}) {
  const clock = new ManualClock();
  const inner = new MemoryStore({ clock });
  const verbs = makeVerbs(inner);
  const store = new Proxy<Store>(inner, {
    get: (_target, name) => {
      if (name in verbs) return verbs[name as keyof Store];
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === "function" ? value.bind(inner) : value;
    },
  });
  const cache = new DiscoveryCache({ ...options, store, clock });
  return { cache, inner, clock, heard: new Transcript(cache) };
}
