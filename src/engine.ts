/**
 * What a cache runs on: its store, its listeners, and the refreshes that it has going on until it is closed.
 *
 * @module
 */

import {
  type CacheOptions,
  checkBackoff,
  checkFunction,
  checkMaxWait,
  checkSwitch,
  type WaitOptions,
} from "./cache_options.ts";
import { type Clock, systemClock } from "./clock.ts";
import { InvalidOptionError, WaitTimeoutError } from "./errors.ts";
import { type CacheEvent, EventHub } from "./events.ts";
import { currentFlight } from "./flight.ts";
import { noLauncher } from "./launcher.ts";
import { Lifetime } from "./lifetime.ts";
import { atExit, openLauncher, openStore } from "./open.ts";
import { obtain, type Obtained, refreshInBackground, type RefreshRequest } from "./refresh.ts";
import type { RefreshTools } from "./refresher.ts";
import type { CheckedSource } from "./source_options.ts";
import type { SourceKey, Store, StoredData } from "./store.ts";
import { follow } from "./until_aborted.ts";

/** The engine of one cache object. */
export class Engine {
  /** Where data lives. */
  readonly store: Store;
  /** Time and randomness. */
  readonly clock: Clock;
  /** The listeners. */
  readonly events: EventHub = new EventHub();
  /** What goes on, until the cache is closed. */
  readonly lifetime: Lifetime;
  readonly #tools: RefreshTools;

  /**
   * Makes an engine. Nothing is touched on disk until it is needed.
   *
   * @param options The cache's.
   * @throws {InvalidOptionError} If an option cannot be used.
   */
  constructor(options: CacheOptions) {
    const { clock = systemClock, backoff = {}, keepAlive = true, redact } = options;
    checkBackoff(backoff);
    checkSwitch("keepAlive", keepAlive);
    if (redact !== undefined) checkFunction("redact", redact, "a function that takes a text and returns one");
    this.clock = clock;
    this.lifetime = new Lifetime(keepAlive);
    this.store = openStore(options, clock);
    const launcher = redact === undefined
      ? openLauncher(options, clock)
      : noLauncher("the cache has a redact function, which another process does not have");
    this.#tools = { store: this.store, clock, backoff, events: this.events, keepAlive, redact, atExit, launcher };
  }

  /** Tells the listeners something. */
  emit(event: CacheEvent): void {
    this.events.emit(event);
  }

  /**
   * The data of a source, at once.
   *
   * @throws {InvalidOptionError} If the store cannot.
   */
  readSync(key: SourceKey): StoredData | undefined {
    const { store } = this;
    if (store.readSync !== undefined) return store.readSync(key);
    throw new InvalidOptionError({ what: "store", value: store, expected: "one with readSync; or use read()" });
  }

  /** Obtains new data. To be called within {@linkcode waiting}. */
  obtain(request: RefreshRequest): Promise<Obtained> {
    return obtain(this.#tools, request);
  }

  /**
   * Does what a caller waits for, for as long as he does.
   *
   * @param source Whose data he waits for.
   * @param patience How long he waits.
   * @param goOn Lets it go on in the background, when he has waited long enough.
   * @param work What he waits for, given a signal that is aborted when nobody waits any more.
   * @throws {WaitTimeoutError} If he has waited long enough.
   * @throws {CacheClosedError} If the cache was closed; without `keepAlive` also if it is closed meanwhile.
   */
  async waiting<T>(
    source: CheckedSource,
    options: WaitOptions,
    goOn: () => void,
    work: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    const { signal } = options;
    const ms = checkMaxWait(options);
    if (ms === undefined) return await this.lifetime.wait(signal, work);
    const enough = new AbortController();
    const done = new AbortController();
    const unfollow = follow(enough, signal);
    let timeout: WaitTimeoutError | undefined;
    let goesOn = false;
    this.clock.sleep(ms, { signal: done.signal }).then(() => {
      timeout = new WaitTimeoutError({ source: source.label, maxWait: ms });
      // First it goes on without this caller, and then he leaves: a refresh that nobody waits for is given up.
      goesOn = currentFlight(this.store, source) !== undefined;
      if (goesOn) goOn();
      enough.abort(timeout);
    }, () => {});
    try {
      return await this.lifetime.wait(enough.signal, work);
    } catch (error) {
      if (timeout === undefined || error !== timeout) throw error;
      this.emit({ kind: "timeout", source: source.key, error: timeout });
      // What had not begun when he left begins now: nothing stands in its way any more.
      if (!goesOn) goOn();
      throw error;
    } finally {
      done.abort();
      unfollow();
    }
  }

  /** Refreshes in the background, if nobody does yet. What goes wrong is told to the listeners. */
  behind(request: RefreshRequest): void {
    this.inBackground(request.source.key, (signal) => refreshInBackground(this.#tools, { ...request, signal }));
  }

  /** Does something in the background, as long as the cache is not closed. What goes wrong is told to the listeners. */
  inBackground(source: SourceKey, work: (signal: AbortSignal | undefined) => Promise<unknown> | undefined): void {
    this.lifetime.background(work, (error) => this.emit({ kind: "error", source, error }));
  }

  /**
   * Makes bytes the data, whoever refreshes.
   *
   * @returns When they count as captured.
   */
  async put({ key }: CheckedSource, bytes: Uint8Array): Promise<number> {
    const capturedAt = this.clock.now();
    await this.store.put(key, bytes, capturedAt);
    this.emit({ kind: "put", source: key, capturedAt, size: bytes.length });
    return capturedAt;
  }

  /**
   * Makes data stale, whoever refreshes.
   *
   * @returns Whether there is data.
   */
  async expire({ key, ttl }: CheckedSource): Promise<boolean> {
    const there = await this.store.expire(key, this.clock.now() - ttl);
    if (there) this.emit({ kind: "expired", source: key });
    return there;
  }

  /**
   * Deletes a source, whoever refreshes.
   *
   * @returns Whether there was anything.
   */
  async delete({ key }: CheckedSource): Promise<boolean> {
    const removed = await this.store.remove(key);
    if (removed) this.emit({ kind: "deleted", source: key });
    return removed;
  }
}
