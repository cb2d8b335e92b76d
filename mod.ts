/**
 * Stale-while-revalidate on disk: answers to slow questions, shared by every process on the machine.
 *
 * A read takes microseconds and waits for nobody. Stale data is served at once and refreshed in the background, by one
 * process at a time, whichever of Deno, Bun and Node it runs on. What a crash leaves behind stands in nobody's way.
 *
 * @example Models of a provider, asked for once a day
 * ```ts
 * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() }); // in a program: { root: userCacheDir("fiz") }
 * const models = cache.source<string[]>({
 *   name: "openrouter",
 *   ttl: "24h",
 *   refreshDeadline: "10s",
 *   refresh: async ({ signal }) => (signal.aborted ? [] : ["one", "another"]),
 * });
 *
 * const names = await models.get(); // stale at once, fresh in the background; waits only when there is nothing
 * if (names.length !== 2) throw new Error("incomplete");
 * ```
 *
 * @module
 */

export { DiscoveryCache } from "./src/discovery_cache.ts";
export { type BehindOptions, ByteCache } from "./src/cache.ts";
export type { CacheOptions, IfStaleOptions, PruneOptions, StaleOptions, WaitOptions } from "./src/cache_options.ts";
export type { StoreOptions } from "./src/open.ts";
export { TypedSource } from "./src/source.ts";
export type { CacheInside, GetOptions, RefreshMode, SourceEntry } from "./src/source.ts";
export type { DetachedOptions, SourceDefinition } from "./src/source_refresh.ts";
export type { DetachedRefresh } from "./src/launcher.ts";
export type { Source } from "./src/source_options.ts";
export type { RefreshContext, Refresher } from "./src/refresher.ts";
export type { AbsentEntry, Entry, ObtainedEntry, PresentEntry, RefreshedEntry } from "./src/entry.ts";
export type { CacheEvent, CacheEventKind, CacheEventOf } from "./src/events.ts";
export * from "./src/errors.ts";
export { type Duration, type DurationBounds, formatDuration, parseDuration } from "./src/duration.ts";
export { checkName, slug } from "./src/source_name.ts";
export { userCacheDir } from "./src/user_cache_dir.ts";
export { FUTURE_TOLERANCE_MS, isNewer, judgeFreshness } from "./src/freshness.ts";
export type { Freshness } from "./src/freshness.ts";
export { BACKOFF_BASE_MS, BACKOFF_CAP_MS, type BackoffOptions, retryDelay } from "./src/backoff.ts";
export { type Clock, type SleepOptions, systemClock } from "./src/clock.ts";
export { MemoryStore, type MemoryStoreOptions } from "./src/memory_store.ts";
export { FileStore, type FileStoreOptions } from "./src/file_store/file_store.ts";
export type * from "./src/store.ts";
export type * from "./src/adapter.ts";
