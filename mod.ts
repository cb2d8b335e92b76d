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
export { ByteCache } from "./src/cache.ts";
export type { CacheOptions, IfStaleOptions, PruneOptions, StaleOptions, WaitOptions } from "./src/cache_options.ts";
export type { StoreOptions } from "./src/open.ts";
export type { DataOptions, DetachedOptions, SourceDefinition, ValidatedDefinition } from "./src/source/definition.ts";
export type { GetOptions, RefreshMode } from "./src/source/get_options.ts";
export type { SourceEntry, TypedSource } from "./src/source/typed_source.ts";
export type {
  FamilyDefinition,
  FamilyOptions,
  FamilyPruneOptions,
  SourceFamily,
  ValidatedFamilyDefinition,
} from "./src/source/family.ts";
export type { KeepFreshOptions } from "./src/source/keep_fresh.ts";
export type {
  RefreshAllOptions,
  RefreshAllProgress,
  RefreshOutcome,
  RunningRefresh,
} from "./src/source/refresh_all.ts";
export type { KnownTtl } from "./src/source/told.ts";
export type { KeptSource } from "./src/pruning.ts";
export {
  type ExplainedData,
  type Explanation,
  formatExplanation,
  type Hint,
  type NextStep,
  type Whereabouts,
} from "./src/explanation.ts";
export type { DataState } from "./src/data_state.ts";
export type { SourceListing } from "./src/listing.ts";
export { bytesCodec, type Codec, textCodec } from "./src/data/codec.ts";
export type { DeepReadonly, Opaque } from "./src/data/frozen.ts";
export type { SchemaIssue, SchemaResult, StandardSchema } from "./src/data/standard_schema.ts";
export type { Source } from "./src/source_options.ts";
export type { NotModified, RefreshContext, RefreshControls, Refresher } from "./src/refresher.ts";
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
