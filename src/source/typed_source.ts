/**
 * Typed sources: what most programs hold in their hands. The refresher belongs to the source, and data is decoded.
 *
 * @module
 */

import type { WaitOptions } from "../cache_options.ts";
import type { Entry, ObtainedEntry, PresentEntry, RefreshedEntry } from "../entry.ts";
import type { Explanation } from "../explanation.ts";
import type { RefreshState } from "../store.ts";
import type { GetOptions } from "./get_options.ts";

/**
 * Data, where it came from, and what went wrong on the way.
 *
 * @example A warning above old data
 * ```ts
 * import { DiscoveryCache, MemoryStore, type SourceEntry } from "@discoverycache/core";
 *
 * const show = ({ data, refreshError }: SourceEntry<readonly string[]>) =>
 *   refreshError === undefined ? data.join() : `${data.join()} (no newer data: ${String(refreshError)})`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = (): Promise<string[]> => Promise.reject(new Error("no such host"));
 * const models = cache.source({ name: "models", ttl: 0, refreshDeadline: "10s", refresh });
 * await models.put(["one", "another"]);
 * const text = show(await models.getEntry({ refresh: "if-stale" }));
 * if (!text.startsWith("one,another (") || !text.includes("no such host")) throw new Error(text);
 * ```
 */
export interface SourceEntry<T> extends ObtainedEntry<T> {
  /** Why there is no newer data, if a refresh was waited for and failed, or took too long. */
  readonly refreshError?: unknown;
}

/**
 * A source of one type of data. Made by `cache.source`; it can be given wherever a cache's method asks for a source.
 *
 * `Input` is what a refresher returns and {@linkcode put} takes; it differs from `T` where a schema changes data.
 *
 * @example A function that is given a source, and need not know how it is refreshed
 * ```ts
 * import { DiscoveryCache, MemoryStore, type TypedSource } from "@discoverycache/core";
 *
 * async function rename(models: TypedSource<readonly string[], string[]>, from: string, to: string): Promise<void> {
 *   const names = await models.get();
 *   await models.put(names.map((name) => name === from ? to : name)); // no need to ask for what it did itself
 * }
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async () => ["one", "another"];
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
 * await rename(models, "one", "first");
 * if ((await models.get())[0] !== "first") throw new Error("everybody sees what was put");
 * ```
 */
export interface TypedSource<T, Input = T> {
  /** The tier, a folder for sources of one kind. */
  readonly tier: string;
  /** The name, unique in its tier; with the version of the data's shape, if there is one. */
  readonly name: string;
  /** How long data stays fresh, in milliseconds. */
  readonly ttl: number;
  /** How long a refresh may take, in milliseconds. */
  readonly refreshDeadline: number;

  /**
   * The data. Never rejects while there is data within `maxStale`, but for the mode `"force"`.
   *
   * @param options How stale or absent data is dealt with, how long is waited, and a signal that ends the wait.
   * @returns The data, fresh or stale.
   * @throws {RefreshFailedError} If there is none and a refresh fails or has failed; with `"force"`, whenever it fails.
   * @throws {WaitTimeoutError} If there is none, and the refresh took longer than `maxWait`, or than its deadline.
   * @throws {NoDataError} If there is none and the mode is `"none"`.
   * @throws {CacheClosedError} If a refresh would have to be waited for, and the cache was closed.
   * @throws {InvalidOptionError} If an option cannot be used.
   *
   * @example Fresh data if it comes within two seconds, else yesterday's, but nothing older than a week
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const refresh = () => Promise.reject(new Error("no such host"));
   * const models = cache.source<string[]>({ name: "models", ttl: 0, refreshDeadline: "10s", refresh });
   * await models.put(["yesterday's"]);
   * const names = await models.get({ refresh: "if-stale", maxWait: "2s", maxStale: "7d" });
   * if (names.join() !== "yesterday's") throw new Error(names.join());
   * ```
   */
  get(options?: GetOptions): Promise<T>;

  /**
   * The data, its age, and where it came from.
   *
   * @param options How stale or absent data is dealt with, how long is waited, and a signal that ends the wait.
   * @returns The entry.
   * @throws What {@linkcode get} throws.
   *
   * @example How old what is shown is, and why there is nothing newer
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const refresh = () => Promise.reject(new Error("no such host"));
   * const load = cache.source<number>({ name: "load", ttl: 0, refreshDeadline: "1s", refresh });
   * await load.put(0.5);
   * const { data, origin, refreshError } = await load.getEntry({ refresh: "if-stale" });
   * if (data !== 0.5 || origin !== "stale") throw new Error("what is there is served");
   * if (!String(refreshError).includes("no such host")) throw new Error("and it is said why");
   * ```
   */
  getEntry(options?: GetOptions): Promise<SourceEntry<T>>;

  /** Reads. No lock, no wait for anybody, no network. Data that cannot be decoded counts as absent. */
  read(): Promise<Entry<T>>;

  /**
   * Reads, at once. Data that cannot be decoded counts as absent.
   *
   * @throws {InvalidOptionError} If the store cannot read at once, or the schema does not validate at once.
   */
  readSync(): Entry<T>;

  /**
   * Refreshes, whatever the age of the data; joins a refresh that goes on already.
   *
   * @param options How long is waited, and a signal that ends the wait.
   * @throws {RefreshFailedError} If the refresh failed, whoever ran it. The old data is still there.
   * @throws {WaitTimeoutError} If the refresh took longer than `maxWait`.
   * @throws {CacheClosedError} If the cache was closed.
   */
  refresh(options?: WaitOptions): Promise<RefreshedEntry<T>>;

  /**
   * Sees to it that stale data is refreshed in the background, and what a read could not decode, too. Returns at once.
   */
  maybeRefresh(): void;

  /**
   * Refreshes data that is stale, absent or cannot be decoded, and waits for it. While a failure cools down, or when the
   * wait is over, what is there is returned.
   *
   * @param options How long is waited, and a signal that ends the wait.
   * @throws {RefreshFailedError} If the refresh failed, or if there is no data and a failure cools down.
   * @throws {WaitTimeoutError} If there is no data, and the refresh took longer than `maxWait`.
   * @throws {CacheClosedError} If the cache was closed.
   */
  refreshIfStale(options?: WaitOptions): Promise<ObtainedEntry<T>>;

  /** What is going on with the source. No lock, no wait for anybody. */
  state(): Promise<RefreshState>;

  /**
   * Why the data is fresh, stale, absent or corrupt, who refreshes it, what happens next and when, and what to do about it.
   * No lock, no wait for anybody.
   */
  explain(): Promise<Explanation>;

  /**
   * Makes data known that arrived by itself. A refresh in flight, in whichever process, is superseded: it cannot overwrite
   * what was put.
   *
   * @param data The data, as a refresher would return it.
   * @returns The new entry.
   * @throws {InvalidPayloadError} If the schema does not accept it, or JSON cannot hold it. What was there before is still
   * there.
   * @throws What the codec throws, since it does not accept it. What was there before is still there.
   * @throws {AdapterError} If it cannot be written. What was there before is still there.
   *
   * @example A push that makes the next question needless
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const refresh = (): Promise<number> => Promise.reject(new Error("nobody should be asked"));
   * const price = cache.source({ name: "price", ttl: "5m", refreshDeadline: "10s", refresh });
   * const feed = new EventTarget();
   * const put: Promise<unknown>[] = [];
   * feed.addEventListener("price", () => put.push(price.put(42)));
   * feed.dispatchEvent(new Event("price"));
   * await Promise.all(put);
   * if (await price.get() !== 42) throw new Error("it was told");
   * ```
   */
  put(data: Input): Promise<PresentEntry<T>>;

  /**
   * Makes data stale, and keeps it. A refresh in flight, in whichever process, is superseded.
   *
   * @returns Whether there is data.
   *
   * @example After a login, what was fetched before it is still shown, and refreshed
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * let user = "nobody";
   * const me = cache.source({ name: "me", ttl: "24h", refreshDeadline: "10s", refresh: async () => user });
   * await me.get();
   * user = "somebody";
   * await me.expire();
   * if (await me.get() !== "nobody") throw new Error("at once, as always");
   * await cache.drain();
   * if (await me.get() !== "somebody") throw new Error("refreshed in the background");
   * ```
   */
  expire(): Promise<boolean>;

  /**
   * Deletes the data, and what is known of its refreshes. A refresh in flight, in whichever process, is superseded.
   *
   * @returns Whether there was anything.
   *
   * @example After a logout nothing is shown
   * ```ts
   * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
   *
   * const cache = new DiscoveryCache({ store: new MemoryStore() });
   * const me = cache.source({ name: "me", ttl: "24h", refreshDeadline: "10s", refresh: async () => "somebody" });
   * await me.get();
   * if (!await me.delete()) throw new Error("there was something");
   * if (me.readSync().state !== "absent") throw new Error("it is gone");
   * ```
   */
  delete(): Promise<boolean>;
}
