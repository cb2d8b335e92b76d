/**
 * The lower layer: bytes in and out. The refresher comes with the call.
 *
 * @module
 */

import { Access } from "./access.ts";
import type { CacheOptions, IfStaleOptions, PruneOptions, StaleOptions, WaitOptions } from "./cache_options.ts";
import { checkFunction } from "./cache_options.ts";
import type { DataDecoder } from "./data/decoder.ts";
import { Engine } from "./engine.ts";
import type { Entry, ObtainedEntry, PresentEntry, RefreshedEntry } from "./entry.ts";
import { presentEntry } from "./entry.ts";
import type { CacheEvent, CacheEventKind, CacheEventOf } from "./events.ts";
import { fetcherOf } from "./fetcher.ts";
import { type KeptSource, pruneSources } from "./pruning.ts";
import type { Refresher } from "./refresher.ts";
import { payloadBytes } from "./refresher_result.ts";
import { checkSource, type Source } from "./source_options.ts";
import type { PruneReport, RefreshState } from "./store.ts";

/** What the lower layer makes of bytes: the caller's own. */
const ownBytes: DataDecoder<Uint8Array> = {
  decode: (bytes) => bytes.slice(),
  decodeSync: (bytes) => bytes.slice(),
  isNews: () => false,
};

/** The fetcher of those who only read. */
const readsOnly = (): never => {
  throw new Error("nothing is refreshed here");
};

/** The engine of a cache, for the upper layer. */
let engineOf: (cache: ByteCache) => Engine;
export { engineOf };

/**
 * A cache of bytes that many processes share.
 *
 * @example A text that somebody else's program understands, kept as it is
 * ```ts
 * import { ByteCache, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new ByteCache({ store: new MemoryStore() });
 * const prices = { name: "prices", ttl: "1h", refreshDeadline: "10s" };
 * const first = await cache.refreshIfStale(prices, async () => "model;price\na;3\n");
 * const again = await cache.refreshIfStale(prices, () => Promise.reject(new Error("never asked")));
 * if (first.origin !== "refreshed" || again.origin !== "hit") throw new Error("asked twice");
 * if (!new TextDecoder().decode(again.data).startsWith("model;price\n")) throw new Error("it was changed");
 * ```
 */
export class ByteCache {
  static {
    engineOf = (cache) => cache.#engine;
  }

  readonly #engine: Engine;

  /**
   * Makes a cache. Nothing is touched on disk until it is needed.
   *
   * @param options The root or the store, and what differs from the defaults.
   * @throws {InvalidOptionError} If an option cannot be used.
   */
  constructor(options: CacheOptions) {
    this.#engine = new Engine(options);
  }

  /**
   * Hears of everything that happens, or of one kind of event.
   *
   * @param listener Called at once, with each event. What it throws is reported as an uncaught error.
   * @returns A function that removes the listener.
   */
  on(listener: (event: CacheEvent) => void): () => void;
  /**
   * Hears of one kind of event.
   *
   * @param kind The kind.
   * @param listener Called at once, with each event of that kind.
   * @returns A function that removes the listener.
   */
  on<Kind extends CacheEventKind>(kind: Kind, listener: (event: CacheEventOf<Kind>) => void): () => void;
  on(first: CacheEventKind | ((event: CacheEvent) => void), second?: (event: never) => void): () => void {
    if (typeof first === "function") return this.#engine.events.on(first);
    const listener = second as (event: CacheEvent) => void;
    return this.#engine.events.on((event) => {
      if (event.kind === first) listener(event);
    });
  }

  /**
   * Reads. No lock, no wait for anybody, no network.
   *
   * @param source The source.
   * @returns The data and its age, or an absent entry. The bytes are the caller's own.
   * @throws {InvalidNameError} If the source's tier or name cannot be used.
   * @throws {AdapterError} If the data is there and cannot be read.
   * @throws {RootError} If the cache's folder cannot be trusted.
   */
  async read(source: Source): Promise<Entry> {
    return (await this.#reading(source).find()).entry;
  }

  /**
   * Reads, at once.
   *
   * @param source The source.
   * @returns The data and its age, or an absent entry. The bytes are the caller's own.
   * @throws {InvalidOptionError} If the store cannot read at once.
   * @throws {InvalidNameError} If the source's tier or name cannot be used.
   * @throws {AdapterError} If the data is there and cannot be read.
   * @throws {RootError} If the cache's folder cannot be trusted.
   */
  readSync(source: Source): Entry {
    return this.#reading(source).findSync().entry;
  }

  /**
   * Refreshes, whatever the age of the data, and whether or not a failure cools down. Joins a refresh that goes on
   * already, in this process or another.
   *
   * @param source The source.
   * @param refresher Answers the slow question.
   * @param options A signal that ends the wait.
   * @returns The new entry.
   * @throws {RefreshFailedError} If the refresh failed, whoever ran it. The old data is still there.
   * @throws {WaitTimeoutError} If somebody else's refresh went on past its deadline, or it took longer than `maxWait`.
   * @throws {LockTimeoutError} If somebody held the store's lock for all of the refresh deadline.
   * @throws {CacheClosedError} If the cache was closed; without `keepAlive` also if it is closed meanwhile.
   */
  async refresh(source: Source, refresher: Refresher, options: WaitOptions = {}): Promise<RefreshedEntry> {
    return await this.#refreshing(source, refresher).refresh(options);
  }

  /**
   * Sees to it that stale data is refreshed in the background, by one process at a time. Returns at once.
   *
   * The claim is tried for once before this returns; a lock that is held by somebody is tried for again off-turn. What
   * goes wrong is told to the listeners. What the refresher holds open keeps the process alive. Does nothing if the cache
   * was closed.
   *
   * @param source The source.
   * @param refresher Answers the slow question.
   * @param options What will do instead of fresh data.
   * @throws {InvalidNameError} If the source's tier or name cannot be used.
   */
  maybeRefresh(source: Source, refresher: Refresher, options: StaleOptions = {}): void {
    this.#refreshing(source, refresher).maybeRefresh(options);
  }

  /**
   * Refreshes data that is stale or absent, and waits for it; joins a refresh that goes on already. While a failure cools
   * down, what is there is returned.
   *
   * @param source The source.
   * @param refresher Answers the slow question.
   * @param options A signal that ends the wait, and what will do instead of fresh data.
   * @returns The entry: fresh; or stale, if a failure cools down, or a refresh takes longer than `maxWait` or than its
   * deadline.
   * @throws {RefreshFailedError} If the refresh failed, whoever ran it; or if there is no data and a failure cools down.
   * @throws {WaitTimeoutError} If there is no data, and somebody else's refresh went on past its deadline, or it took
   * longer than `maxWait`.
   * @throws {LockTimeoutError} If somebody held the store's lock for all of the refresh deadline.
   * @throws {CacheClosedError} If the cache was closed; without `keepAlive` also if it is closed meanwhile.
   */
  async refreshIfStale(source: Source, refresher: Refresher, options: IfStaleOptions = {}): Promise<ObtainedEntry> {
    return await this.#refreshing(source, refresher).refreshIfStale(options);
  }

  /**
   * What is going on with a source. No lock, no wait for anybody.
   *
   * @param source The source.
   * @returns Idle; refreshing, by whom, since when and until when; cooling down, why and until when; or abandoned.
   * @throws {InvalidNameError} If the source's tier or name cannot be used.
   */
  async refreshState(source: Source): Promise<RefreshState> {
    const { key, refreshDeadline } = checkSource(source);
    return await this.#engine.store.state(key, refreshDeadline);
  }

  /**
   * Removes what is not named, and what crashed programs have left behind. Never what is being refreshed, never a file
   * that is not the cache's. Only ever when called.
   *
   * @param active The sources and families to keep.
   * @param options `all` to allow an empty list; an age, tiers, or only a report.
   * @returns What was removed, and what was not and why.
   * @throws {InvalidOptionError} If the list is empty and `all` is not set.
   */
  async prune(active: readonly KeptSource[], options: PruneOptions = {}): Promise<PruneReport> {
    return await pruneSources(this.#engine, active, options);
  }

  /**
   * Makes data known that arrived by itself. A refresh in flight, in whichever process, is superseded: it cannot overwrite
   * what was put.
   *
   * @param source The source.
   * @param data The bytes, or a text.
   * @returns The new entry.
   * @throws {InvalidPayloadError} If that is neither bytes nor text.
   * @throws {LockTimeoutError} If somebody held the store's lock for 10 s.
   * @throws {AdapterError} If the data cannot be written. What was there before is still there.
   */
  async put(source: Source, data: Uint8Array | string): Promise<PresentEntry<Uint8Array>> {
    const checked = checkSource(source);
    const bytes = payloadBytes(data, "put() was given");
    const capturedAt = await this.#engine.put(checked, bytes);
    return presentEntry(bytes.slice(), capturedAt, checked.ttl, this.#engine.clock.now());
  }

  /**
   * Makes data stale, and keeps it. A refresh in flight, in whichever process, is superseded: what it brings may be from
   * before whatever made the data stale. The next one who asks refreshes.
   *
   * @param source The source.
   * @returns Whether there is data.
   * @throws {LockTimeoutError} If somebody held the store's lock for 10 s.
   * @throws {AdapterError} If the data's time cannot be set.
   */
  async expire(source: Source): Promise<boolean> {
    return await this.#engine.expire(checkSource(source));
  }

  /**
   * Deletes a source: its data, and what is known of its refreshes. A refresh in flight, in whichever process, is
   * superseded.
   *
   * @param source The source.
   * @returns Whether there was anything.
   * @throws {LockTimeoutError} If somebody held the store's lock for 10 s.
   * @throws {AdapterError} If the data cannot be removed.
   */
  async delete(source: Source): Promise<boolean> {
    return await this.#engine.delete(checkSource(source));
  }

  /** Resolves when no refresh that this cache began in the background goes on any more. Never rejects. */
  async drain(): Promise<void> {
    await this.#engine.lifetime.drain();
  }

  /**
   * Says that the work is done. From now on nothing is refreshed: {@linkcode refresh} and {@linkcode refreshIfStale} throw,
   * {@linkcode maybeRefresh} does nothing. Everything else goes on working, and to close once more changes nothing. Other
   * cache objects do not notice: what they wait for, or have going on in the background, goes on.
   *
   * Waits for what goes on in the background, as {@linkcode drain} does. With `keepAlive: false` that is given up instead,
   * and so are calls that wait: the refreshers' signals are aborted, the claims given back, and what then keeps the process
   * alive is only what a refresher does not end at its signal.
   *
   * @returns Resolves when nothing of this cache goes on any more. Never rejects.
   */
  async close(): Promise<void> {
    await this.#engine.lifetime.close();
  }

  /** The same as {@linkcode close}: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.lifetime.close();
  }

  #reading(source: Source): Access<Uint8Array> {
    return new Access(this.#engine, { source: checkSource(source), decoder: ownBytes, fetcher: readsOnly });
  }

  #refreshing(source: Source, refresher: Refresher): Access<Uint8Array> {
    const checked = checkSource(source);
    checkFunction("refresher", refresher, "a function that returns a promise of bytes or text");
    const fetcher = fetcherOf(refresher, this.#engine.clock, checked.ttl);
    return new Access(this.#engine, { source: checked, decoder: ownBytes, fetcher });
  }
}
