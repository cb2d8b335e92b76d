import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { MemoryStore } from "../../src/memory_store.ts";
import type { Store } from "../../src/store.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { cacheSuite } from "./cache_suite.ts";

cacheSuite("memory", () => {
  const clock = new ManualClock();
  const store: Store = new MemoryStore({ clock });
  return {
    clock,
    open: (options = {}) => new DiscoveryCache({ ...options, store, clock }),
    stranger: () => store,
    dispose: () => {},
  };
});
