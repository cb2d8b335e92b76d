/**
 * The face of the package: the lower layer's bytes, and typed sources on top of them.
 *
 * @module
 */

import { ByteCache, engineOf } from "./cache.ts";
import type { DeepReadonly } from "./data/frozen.ts";
import type { Explanation } from "./explanation.ts";
import type { SourceListing } from "./listing.ts";
import { CachedFamily } from "./source/cached_family.ts";
import { CachedSource } from "./source/cached_source.ts";
import type { SourceDefinition, ValidatedDefinition } from "./source/definition.ts";
import type { FamilyDefinition, SourceFamily, ValidatedFamilyDefinition } from "./source/family.ts";
import { keepFresh, type KeepFreshOptions } from "./source/keep_fresh.ts";
import { makeSource } from "./source/make.ts";
import { refreshAll, type RefreshAllOptions, type RefreshOutcome } from "./source/refresh_all.ts";
import { explainSource, type KnownTtl, listSources } from "./source/told.ts";
import type { TypedSource } from "./source/typed_source.ts";
import { checkSource, type Source } from "./source_options.ts";

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
  /** Defines a source of typed data, with a schema that validates it; every caller gets data of his own. */
  source<Input, Output>(
    definition: ValidatedDefinition<Input, Output> & { readonly freeze: false },
  ): TypedSource<Output, Input>;
  /**
   * Defines a source of typed data, with a schema that validates it.
   *
   * @param definition The source's name, TTL, deadline, refresher and schema.
   * @returns The source, to be kept and asked.
   * @throws {InvalidNameError} If its tier or name cannot be used.
   * @throws {InvalidDurationError} If its TTL or its deadline cannot be used.
   * @throws {InvalidOptionError} If something else cannot be used.
   *
   * @example What a schema refuses is a failed refresh
   * ```ts
   * import { DiscoveryCache, MemoryStore, RefreshFailedError, type StandardSchema } from "@discoverycache/core";
   *
   * // In a program: z.array(z.string()) of Zod, v.array(v.string()) of Valibot, ...
   * const names: StandardSchema<string[]> = {
   *   "~standard": {
   *     version: 1,
   *     vendor: "example",
   *     validate: (value) =>
   *       Array.isArray(value) && value.every((name) => typeof name === "string")
   *         ? { value }
   *         : { issues: [{ message: "not a list of names" }] },
   *   },
   * };
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const refresh = async (): Promise<unknown> => ({ error: "quota exceeded" });
   * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", schema: names, refresh });
   * const error = await models.get().catch((error) => error);
   * if (!(error instanceof RefreshFailedError)) throw new Error("it was kept");
   * ```
   */
  source<Input, Output>(definition: ValidatedDefinition<Input, Output>): TypedSource<DeepReadonly<Output>, Input>;
  /** Defines a source of typed data; every caller gets data of his own. */
  source<T, Previous = DeepReadonly<T>>(
    definition: SourceDefinition<T, Previous> & { readonly freeze: false },
  ): TypedSource<T>;
  /**
   * Defines a source of typed data. What its refresher returns is kept as JSON, or as a codec makes it.
   *
   * @param definition The source's name, TTL, deadline and refresher.
   * @returns The source, to be kept and asked.
   * @throws {InvalidNameError} If its tier or name cannot be used.
   * @throws {InvalidDurationError} If its TTL or its deadline cannot be used.
   * @throws {InvalidOptionError} If something else cannot be used.
   */
  source<T, Previous = DeepReadonly<T>>(definition: SourceDefinition<T, Previous>): TypedSource<DeepReadonly<T>, T>;
  source(definition: SourceDefinition<unknown, unknown> | ValidatedDefinition<unknown, unknown>): TypedSource<unknown> {
    return makeSource(engineOf(this), definition);
  }

  /** Defines a family of sources with a schema that validates their data; every caller gets data of his own. */
  family<Key, Input, Output>(
    definition: ValidatedFamilyDefinition<Key, Input, Output> & { readonly freeze: false },
  ): SourceFamily<Key, Output, Input>;
  /** Defines a family of sources with a schema that validates their data. */
  family<Key, Input, Output>(
    definition: ValidatedFamilyDefinition<Key, Input, Output>,
  ): SourceFamily<Key, DeepReadonly<Output>, Input>;
  /** Defines a family of sources; every caller gets data of his own. */
  family<Key, T, Previous = DeepReadonly<T>>(
    definition: FamilyDefinition<Key, T, Previous> & { readonly freeze: false },
  ): SourceFamily<Key, T>;
  /**
   * Defines a family of sources: one definition for many keys. It has a folder of its own, its name is its sources' tier.
   *
   * @param definition The family's name, TTL, deadline and refresher, which is given the key.
   * @returns The family, to be kept and asked.
   * @throws {InvalidNameError} If its name cannot be used.
   * @throws {InvalidDurationError} If its TTL or its deadline cannot be used.
   * @throws {InvalidOptionError} If something else cannot be used.
   *
   * @example Pull requests
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const pulls = cache.family({
   *   name: "pulls",
   *   ttl: "5m",
   *   refreshDeadline: "10s",
   *   refresh: async (pull: string, { signal }) => ({ title: `What ${pull} is about`, open: !signal.aborted }),
   * });
   * const { title } = await pulls.get("owner/repo#12");
   * if (!title.includes("#12")) throw new Error("another one");
   * await pulls.prune({ olderThan: "30d" }); // now and then, since keys grow without bound
   * ```
   */
  family<Key, T, Previous = DeepReadonly<T>>(
    definition: FamilyDefinition<Key, T, Previous>,
  ): SourceFamily<Key, DeepReadonly<T>, T>;
  family<Key>(
    definition: FamilyDefinition<Key, unknown, unknown> | ValidatedFamilyDefinition<Key, unknown, unknown>,
  ): SourceFamily<Key, unknown> {
    return new CachedFamily(engineOf(this), definition);
  }

  /**
   * Every source that there is, whoever made it: how large its data is, how old, and what goes on with it. One after the
   * other, in no order; what changes meanwhile may come up or not. No lock, no wait for anybody.
   *
   * @param known Sources and families whose TTL is to be looked at: without one, nobody can tell fresh from stale.
   * @returns The sources.
   * @throws {AdapterError} After the last of them, if a folder could not be read.
   *
   * @example What takes how much room
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ["a"] });
   * await models.get();
   * const found: string[] = [];
   * for await (const { source, size, state } of cache.list([models])) found.push(`${source.name}: ${size} B, ${state}`);
   * if (found.join() !== "models: 5 B, fresh") throw new Error(found.join());
   * ```
   */
  list(known: readonly KnownTtl[] = []): AsyncGenerator<SourceListing> {
    return listSources(engineOf(this), known);
  }

  /**
   * Explains a source: why its data is fresh, stale, absent or corrupt, who refreshes it since when, what happens next and
   * when, and what to do about it. No lock, no wait for anybody.
   *
   * @param source The source; of a typed one it is known, too, whether its data can be decoded.
   * @returns The facts, and a sentence for each; `formatExplanation` makes a text of them.
   * @throws {InvalidNameError} If the source's tier or name cannot be used.
   *
   * @example Why is there no data?
   * ```ts
   * import { DiscoveryCache, formatExplanation, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const refresh = () => Promise.reject(new Error("no such host"));
   * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
   * await models.get().catch(() => {});
   * const explanation = await cache.explain(models);
   * if (!formatExplanation(explanation).includes("no such host")) throw new Error("it knows why");
   * ```
   */
  async explain(source: Source): Promise<Explanation> {
    return source instanceof CachedSource
      ? await source.explain()
      : await explainSource(engineOf(this), checkSource(source));
  }

  /**
   * Refreshes sources, whatever the age of their data, some at a time: for `--refresh-all`.
   *
   * @param sources The sources, of this cache. One that is named twice is refreshed once.
   * @param options How many at a time, a signal, and who is told how far it has come.
   * @returns What became of each, in the order in which they were given. A failed one does not keep the others back.
   * @throws {InvalidOptionError} If `concurrency` cannot be used.
   * @throws The signal's reason, if it is aborted; what `onProgress` throws.
   *
   * @example A line for each that failed
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const times = { ttl: "24h", refreshDeadline: "10s" };
   * const good = cache.source({ name: "good", ...times, refresh: async () => 1 });
   * const bad = cache.source({ name: "bad", ...times, refresh: () => Promise.reject(new Error("no such host")) });
   * const outcomes = await cache.refreshAll([good, bad], {
   *   onProgress: ({ done, total }) => console.error(`${done}/${total}`),
   * });
   * const failed = outcomes.filter(({ kind }) => kind === "failed").map(({ source }) => source.name);
   * if (failed.join() !== "bad") throw new Error("one of them failed");
   * ```
   */
  async refreshAll(
    sources: readonly TypedSource<unknown>[],
    options: RefreshAllOptions = {},
  ): Promise<RefreshOutcome[]> {
    return await refreshAll(engineOf(this), sources, options);
  }

  /**
   * Keeps sources fresh, for long-running programs: each is refreshed when it becomes stale, by one process at a time, and
   * after a failure when it may be tried again. What goes wrong is told to the listeners.
   *
   * The time between two refreshes keeps the process alive, unless the cache has `keepAlive: false`.
   *
   * @param sources The sources, of this cache.
   * @param options A signal that ends it.
   * @returns Resolves when it has ended, since the signal was aborted or the cache closed. Never rejects.
   *
   * @example As long as a server runs
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const load = cache.source({ name: "load", ttl: "5s", refreshDeadline: "1s", refresh: async () => 0.5 });
   * const server = new AbortController();
   * const heartbeat = cache.keepFresh([load], { signal: server.signal });
   * await load.get();
   * server.abort();
   * await heartbeat;
   * if (load.readSync().state !== "fresh") throw new Error("it was not refreshed");
   * ```
   */
  async keepFresh(sources: readonly TypedSource<unknown>[], options: KeepFreshOptions = {}): Promise<void> {
    await keepFresh(engineOf(this), sources, options);
  }
}
