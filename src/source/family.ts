/**
 * Families: one definition for many keys.
 *
 * @module
 */

import type { Codec } from "../data/codec.ts";
import type { DeepReadonly } from "../data/frozen.ts";
import type { StandardSchema } from "../data/standard_schema.ts";
import type { Duration } from "../duration.ts";
import type { NotModified, RefreshContext } from "../refresher.ts";
import type { PruneReport } from "../store.ts";
import type { DataOptions } from "./definition.ts";
import type { GetOptions } from "./get_options.ts";
import type { SourceEntry, TypedSource } from "./typed_source.ts";

/**
 * What every definition of a family may say.
 *
 * @example Keys that are objects
 * ```ts
 * import { DiscoveryCache, type FamilyOptions, MemoryStore } from "@discoverycache/core";
 *
 * type Repo = { owner: string; name: string };
 * const key = ({ owner, name }: Repo) => `${owner}/${name}`.toLowerCase(); // "Deno/STD" and "deno/std" are one
 * const options: FamilyOptions<Repo> = { name: "stars", ttl: "1h", refreshDeadline: "10s", key };
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const stars = cache.family({ ...options, refresh: async ({ name }: Repo) => name.length });
 * await stars.get({ owner: "deno", name: "std" });
 * const { origin } = await stars.getEntry({ owner: "Deno", name: "STD" });
 * if (origin !== "hit") throw new Error("asked twice for the same");
 * ```
 */
export interface FamilyOptions<Key> extends Omit<DataOptions, "tier"> {
  /** The family's name, a folder of its own: the tier of its sources. */
  readonly name: string;
  /**
   * What tells one key from another, as a text: two keys with the same text are one. Default: the key itself, if it is a
   * text, a number or a boolean.
   */
  readonly key?: ((key: Key) => string) | undefined;
}

/**
 * A family of sources that know how to refresh themselves.
 *
 * @example How often each of many was asked for
 * ```ts
 * import { DiscoveryCache, type FamilyDefinition, MemoryStore } from "@discoverycache/core";
 *
 * const definition: FamilyDefinition<string, { model: string; asked: number }> = {
 *   ...{ name: "prices", ttl: "24h", refreshDeadline: "10s" },
 *   refresh: async (model, { previous }) => ({ model, asked: (previous?.data.asked ?? 0) + 1 }),
 * };
 * const prices = new DiscoveryCache({ store: new MemoryStore() }).family(definition);
 * for (const model of ["small", "large", "large"]) await prices.get(model, { refresh: "force" });
 * const [small, large] = [await prices.get("small"), await prices.get("large")];
 * if (small.asked !== 1 || large.asked !== 2) throw new Error("what was there before is each one's own");
 * ```
 */
export interface FamilyDefinition<Key, T, Previous = DeepReadonly<T>> extends FamilyOptions<Key> {
  /**
   * Answers the slow question for one key. Instead of the function itself, the URL of a module whose default export it is;
   * with `detached`, keys have to be something that JSON can hold, and no secrets: they are on a process's command line.
   */
  readonly refresh: ((key: Key, context: RefreshContext<Previous>) => Promise<T | NotModified>) | URL;
  /** Makes bytes of data, and data of bytes. Default: JSON. */
  readonly codec?: Codec<T> | undefined;
  /** None: then data is of the type that the refresher returns, and nobody checks that. */
  readonly schema?: undefined;
}

/**
 * A family of sources that know how to refresh themselves, and what their data has to be.
 *
 * @example One key's wrong answer is no other key's problem
 * ```ts
 * import type { StandardSchema, ValidatedFamilyDefinition } from "@discoverycache/core";
 * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const validate = (value: unknown) =>
 *   typeof value === "number" ? { value } : { issues: [{ message: "not a number" }] };
 * const schema: StandardSchema<number> = { "~standard": { version: 1, vendor: "example", validate } };
 * const definition: ValidatedFamilyDefinition<string, number, number> = {
 *   ...{ name: "temperature", ttl: "5m", refreshDeadline: "10s", schema },
 *   refresh: async (city) => city === "Atlantis" ? "unknown city" : 21,
 * };
 * const temperature = new DiscoveryCache({ store: new MemoryStore() }).family(definition);
 * const error: unknown = await temperature.get("Atlantis").catch((error) => error);
 * if (await temperature.get("Lisbon") !== 21 || !String(error).includes("not a number")) throw error;
 * ```
 */
export interface ValidatedFamilyDefinition<Key, Input, Output> extends FamilyOptions<Key> {
  /** Answers the slow question for one key. What the schema does not accept is a failed refresh. */
  readonly refresh: ((key: Key, context: RefreshContext<DeepReadonly<Output>>) => Promise<unknown>) | URL;
  /** Makes bytes of data as the refresher returns it, and that of bytes. Default: JSON. */
  readonly codec?: Codec<Input> | undefined;
  /** Validates what is read, and with it what a refresher returns: any validator that knows Standard Schema. */
  readonly schema: StandardSchema<Input, Output>;
}

/**
 * What a family prunes.
 *
 * @example What a clean-up would remove
 * ```ts
 * import { DiscoveryCache, type FamilyPruneOptions, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * let now = 0;
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => now } });
 * const refresh = async (pull: number) => `What ${pull} is about`;
 * const pulls = cache.family({ name: "pulls", ttl: "5m", refreshDeadline: "10s", refresh });
 * await pulls.get(12);
 * now = 31 * 86_400_000;
 * const options: FamilyPruneOptions = { olderThan: "30d", dryRun: true };
 * const { removed } = await pulls.prune(options);
 * if (removed[0]?.name !== "12") throw new Error("nobody has asked for it for a month");
 * if ((await pulls.source(12).read()).state !== "stale") throw new Error("it was only to be reported");
 * ```
 */
export interface FamilyPruneOptions {
  /** Remove what is older than this: milliseconds, or a text such as `"30d"`. */
  readonly olderThan?: Duration | undefined;
  /** Needed to remove everything, whatever its age. */
  readonly all?: boolean | undefined;
  /** Only report what would be removed. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Many sources of one type of data, each known by its key. Made by `cache.family`.
 *
 * @example A webhook says that one of many has changed
 * ```ts
 * import { DiscoveryCache, MemoryStore, type SourceFamily } from "@discoverycache/core";
 *
 * const changed = async (pulls: SourceFamily<number, string>, pull: number) => await pulls.source(pull).expire();
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async (pull: number) => `What ${pull} is about`;
 * const pulls = cache.family({ name: "pulls", ttl: "1h", refreshDeadline: "10s", refresh });
 * await Promise.all([pulls.get(12), pulls.get(13)]);
 * await changed(pulls, 12);
 * const [one, other] = await Promise.all([12, 13].map((pull) => pulls.getEntry(pull, { refresh: "none" })));
 * if (one?.state !== "stale" || other?.state !== "fresh") throw new Error("only one of them has changed");
 * ```
 */
export interface SourceFamily<Key, T, Input = T> {
  /** The tier of its sources: its name, with the version of the data's shape, if there is one. */
  readonly tier: string;
  /** How long data stays fresh, in milliseconds. */
  readonly ttl: number;

  /**
   * The source of a key.
   *
   * @param key The key.
   * @returns The source. It holds nothing open, and may be made anew each time.
   * @throws {InvalidNameError} If the key is none.
   */
  source(key: Key): TypedSource<T, Input>;

  /**
   * The data of a key.
   *
   * @param key The key.
   * @param options How stale or absent data is dealt with, how long is waited, and a signal that ends the wait.
   * @returns The data, fresh or stale.
   * @throws What {@linkcode TypedSource.get} throws.
   */
  get(key: Key, options?: GetOptions): Promise<T>;

  /**
   * The data of a key, its age, and where it came from.
   *
   * @param key The key.
   * @param options How stale or absent data is dealt with, how long is waited, and a signal that ends the wait.
   * @returns The entry.
   * @throws What {@linkcode TypedSource.get} throws.
   */
  getEntry(key: Key, options?: GetOptions): Promise<SourceEntry<T>>;

  /**
   * Removes what is old, since keys grow without bound: data that nobody has refreshed for so long. Only ever when called;
   * never what is being refreshed.
   *
   * @param options The age, or `all`; or only a report.
   * @returns What was removed, and what was not and why.
   * @throws {InvalidOptionError} If neither an age nor `all` is given.
   */
  prune(options: FamilyPruneOptions): Promise<PruneReport>;
}
