/**
 * The lower layer: bytes in and out. The refresher comes with the call.
 *
 * @module
 */

import {
  type CacheOptions,
  checkBackoff,
  checkRefresher,
  checkSwitch,
  type IfStaleOptions,
  type PruneOptions,
  type StaleOptions,
  type WaitOptions,
} from "./cache_options.ts";
import { systemClock } from "./clock.ts";
import { parseDuration } from "./duration.ts";
import type { Entry, ObtainedEntry, RefreshedEntry } from "./entry.ts";
import { InvalidOptionError } from "./errors.ts";
import { type CacheEvent, type CacheEventKind, type CacheEventOf, EventHub } from "./events.ts";
import { demand, entryOf, goodEnough, willDo } from "./judgement.ts";
import type { DetachedRefresh } from "./launcher.ts";
import { Lifetime } from "./lifetime.ts";
import { atExit, openLauncher, openStore } from "./open.ts";
import { keepOnly } from "./pruning.ts";
import { obtain, refreshInBackground } from "./refresh.ts";
import type { Refresher, RefreshTools } from "./refresher.ts";
import { type CheckedSource, checkSource, type Source } from "./source_options.ts";
import type { PruneReport, RefreshState, StoredData } from "./store.ts";

/** How data is refreshed in the background. */
export interface BehindOptions extends StaleOptions {
  /** What refreshes in a process of its own; the refresher does it in this one if left out. */
  readonly detached?: DetachedRefresh | undefined;
}

/** A cache of bytes that many processes share. */
export class ByteCache {
  readonly #tools: RefreshTools;
  readonly #events = new EventHub();
  readonly #lifetime: Lifetime;

  /**
   * Makes a cache. Nothing is touched on disk until it is needed.
   *
   * @param options The root or the store, and what differs from the defaults.
   * @throws {InvalidOptionError} If an option cannot be used.
   */
  constructor(options: CacheOptions) {
    const { clock = systemClock, backoff = {}, keepAlive = true } = options;
    checkBackoff(backoff);
    checkSwitch("keepAlive", keepAlive);
    this.#lifetime = new Lifetime(keepAlive);
    const store = openStore(options, clock);
    const launcher = openLauncher(options, clock);
    this.#tools = { store, clock, backoff, events: this.#events, keepAlive, atExit, launcher };
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
    if (typeof first === "function") return this.#events.on(first);
    const listener = second as (event: CacheEvent) => void;
    return this.#events.on((event) => {
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
    const checked = checkSource(source);
    return entryOf(this.#tools, checked, await this.#tools.store.read(checked.key));
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
    const checked = checkSource(source);
    const { store } = this.#tools;
    if (store.readSync === undefined) {
      throw new InvalidOptionError({ what: "store", value: store, expected: "one with readSync; or use read()" });
    }
    return entryOf(this.#tools, checked, store.readSync(checked.key));
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
   * @throws {WaitTimeoutError} If somebody else's refresh went on past its deadline.
   * @throws {LockTimeoutError} If somebody held the store's lock for all of the refresh deadline.
   * @throws {CacheClosedError} If the cache was closed; without `keepAlive` also if it is closed meanwhile.
   */
  async refresh(source: Source, refresher: Refresher, options: WaitOptions = {}): Promise<RefreshedEntry> {
    const checked = checkSource(source);
    checkRefresher(refresher);
    const start = this.#tools.clock.now();
    const request = { source: checked, refresher, newerThan: () => start, force: true };
    return await this.#lifetime.wait(options.signal, async (signal) => {
      return demand(this.#tools.clock, checked, await obtain(this.#tools, { ...request, signal }));
    });
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
    this.refreshBehind(source, refresher, options);
  }

  /**
   * Refreshes data that is stale or absent, and waits for it; joins a refresh that goes on already. While a failure cools
   * down, what is there is returned.
   *
   * @param source The source.
   * @param refresher Answers the slow question.
   * @param options A signal that ends the wait, and what will do instead of fresh data.
   * @returns The entry: fresh; or stale, if a failure cools down or somebody else's refresh outlasts its deadline.
   * @throws {RefreshFailedError} If the refresh failed, whoever ran it; or if there is no data and a failure cools down.
   * @throws {WaitTimeoutError} If there is no data, and somebody else's refresh went on past its deadline.
   * @throws {LockTimeoutError} If somebody held the store's lock for all of the refresh deadline.
   * @throws {CacheClosedError} If the cache was closed; without `keepAlive` also if it is closed meanwhile.
   */
  async refreshIfStale(source: Source, refresher: Refresher, options: IfStaleOptions = {}): Promise<ObtainedEntry> {
    const checked = checkSource(source);
    checkRefresher(refresher);
    const newerThan = goodEnough(this.#tools.clock, checked, options);
    return await this.#lifetime.wait(options.signal, async (signal) => {
      const found = entryOf(this.#tools, checked, await this.#tools.store.read(checked.key));
      if (found.state === "fresh" && willDo(this.#tools.clock, found, options)) return { ...found, origin: "hit" };
      const obtained = await obtain(this.#tools, { source: checked, refresher, newerThan, force: false, signal });
      const held = obtained.kind === "cooling-down" || obtained.kind === "timeout";
      const usable = found.state === "stale" && options.newerThan === undefined;
      if (held && usable) return { ...found, origin: "stale" };
      return demand(this.#tools.clock, checked, obtained);
    });
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
    return await this.#tools.store.state(key, refreshDeadline);
  }

  /**
   * Removes what is not named, and what crashed programs have left behind. Never what is being refreshed, never a file
   * that is not the cache's. Only ever when called.
   *
   * @param active The sources to keep.
   * @param options `all` to allow an empty list; an age, tiers, or only a report.
   * @returns What was removed, and what was not and why.
   * @throws {InvalidOptionError} If the list is empty and `all` is not set.
   */
  async prune(active: readonly Pick<Source, "tier" | "name">[], options: PruneOptions = {}): Promise<PruneReport> {
    const { tiers, dryRun, olderThan } = options;
    if (active.length === 0 && options.all !== true) {
      throw new InvalidOptionError({
        what: "active",
        value: active,
        expected: "the sources to keep, or { all: true } to keep none",
      });
    }
    const age = olderThan === undefined ? undefined : parseDuration(olderThan, "olderThan");
    const keep = keepOnly(active, age, this.#tools.clock.now());
    const report = await this.#tools.store.prune({ keep, tiers, dryRun });
    if (dryRun !== true) { for (const source of report.removed) this.#events.emit({ kind: "pruned", source }); }
    return report;
  }

  /** Resolves when no refresh that this cache began in the background goes on any more. Never rejects. */
  async drain(): Promise<void> {
    await this.#lifetime.drain();
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
    await this.#lifetime.close();
  }

  /** The same as {@linkcode close}: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lifetime.close();
  }

  /**
   * Tells the listeners something.
   *
   * @param event What happened.
   */
  protected emit(event: CacheEvent): void {
    this.#events.emit(event);
  }

  /**
   * {@linkcode maybeRefresh}, and if that is said, in a process of its own.
   *
   * @param source The source.
   * @param refresher Answers the slow question here, where no other process can.
   * @param options What will do instead of fresh data, and what refreshes in a process of its own.
   */
  protected refreshBehind(source: Source, refresher: Refresher, options: BehindOptions): void {
    const checked = checkSource(source);
    checkRefresher(refresher);
    if (this.#lifetime.closed) return;
    const { store } = this.#tools;
    const failed = (error: unknown) => this.#events.emit({ kind: "error", source: checked.key, error });
    const begin = (data: StoredData | undefined) => {
      const request = this.#wanted(checked, data, refresher, options);
      if (request === undefined) return undefined;
      return (signal: AbortSignal | undefined) => refreshInBackground(this.#tools, { ...request, signal });
    };
    if (store.readSync === undefined) {
      const readFirst = async (signal: AbortSignal | undefined) => await begin(await store.read(checked.key))?.(signal);
      this.#lifetime.background(readFirst, failed);
      return;
    }
    try {
      const work = begin(store.readSync(checked.key));
      if (work !== undefined) this.#lifetime.background(work, failed);
    } catch (error) {
      failed(error);
    }
  }

  /** The refresh that data calls for, if it does. */
  #wanted(source: CheckedSource, data: StoredData | undefined, refresher: Refresher, options: BehindOptions) {
    const newerThan = goodEnough(this.#tools.clock, source, options);
    const found = entryOf(this.#tools, source, data);
    if (found.state === "fresh" && willDo(this.#tools.clock, found, options)) return undefined;
    return { source, refresher, newerThan, force: false, detached: options.detached };
  }
}
