/**
 * Typed sources: what most programs hold in their hands. The refresher belongs to the source, and data is decoded.
 *
 * @module
 */

import type { BehindOptions, ByteCache } from "./cache.ts";
import type { WaitOptions } from "./cache_options.ts";
import { ABSENT, type Entry, type ObtainedEntry, type RefreshedEntry } from "./entry.ts";
import { CorruptDataError, InvalidOptionError, NoDataError } from "./errors.ts";
import type { CacheEvent } from "./events.ts";
import type { DetachedRefresh } from "./launcher.ts";
import type { Refresher } from "./refresher.ts";
import { type CheckedSource, checkSource, type Source } from "./source_options.ts";
import { detachedRefreshOf, refresherOf, type SourceDefinition } from "./source_refresh.ts";
import type { RefreshState } from "./store.ts";

/** How a caller wants stale or absent data to be dealt with. */
export type RefreshMode = "background" | "if-stale" | "force" | "none";

const REFRESH_MODES: readonly RefreshMode[] = ["background", "if-stale", "force", "none"];

/** Options of {@linkcode TypedSource.get} and {@linkcode TypedSource.getEntry}. */
export interface GetOptions extends WaitOptions {
  /**
   * - `"background"` (the default): what is there, at once; if it is stale, it is refreshed in the background. Waits only
   *   if there is nothing.
   * - `"if-stale"`: waits for new data if what is there is stale; if that fails, what is there.
   * - `"force"`: waits for new data in any case; rejects if that fails.
   * - `"none"`: what is there, and no refresh.
   */
  readonly refresh?: RefreshMode | undefined;
}

/** Data, where it came from, and what went wrong on the way. */
export interface SourceEntry<T> extends ObtainedEntry<T> {
  /** Why there is no newer data, if a refresh was waited for and failed. */
  readonly refreshError?: unknown;
}

/** What a source may do with its cache besides what everybody may. */
export interface CacheInside {
  /** Tells the cache's listeners something. */
  readonly emit: (event: CacheEvent) => void;
  /** Refreshes in the background, in a process of its own if that is said. */
  readonly refreshBehind: (source: Source, refresher: Refresher, options: BehindOptions) => void;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A source of one type of data. */
export class TypedSource<T> {
  readonly #cache: ByteCache;
  readonly #definition: SourceDefinition<T>;
  readonly #checked: CheckedSource;
  readonly #inside: CacheInside;
  readonly #refresher: Refresher;
  readonly #detached: DetachedRefresh | undefined;
  /** When the data was captured that was last found to be corrupt. */
  #corrupt: number | undefined;

  /**
   * Made by {@linkcode DiscoveryCache.source}.
   *
   * @param cache The cache that keeps the bytes.
   * @param definition The source's name, times and refresher.
   * @param inside What it may do with the cache besides.
   */
  constructor(cache: ByteCache, definition: SourceDefinition<T>, inside: CacheInside) {
    this.#cache = cache;
    this.#definition = { ...definition };
    this.#checked = checkSource(this.#definition);
    this.#refresher = refresherOf(this.#definition);
    this.#detached = detachedRefreshOf(this.#definition);
    this.#inside = inside;
  }

  /**
   * The data.
   *
   * @param options How stale or absent data is dealt with, and a signal that ends the wait.
   * @returns The data, fresh or stale.
   * @throws {RefreshFailedError} If there is none and a refresh fails or has failed; with `"force"`, whenever it fails.
   * @throws {NoDataError} If there is none and the mode is `"none"`.
   * @throws {CacheClosedError} If a refresh would have to be waited for, and the cache was closed.
   */
  async get(options: GetOptions = {}): Promise<T> {
    return (await this.getEntry(options)).data;
  }

  /**
   * The data, its age, and where it came from.
   *
   * @param options How stale or absent data is dealt with, and a signal that ends the wait.
   * @returns The entry.
   * @throws {RefreshFailedError} If there is none and a refresh fails or has failed; with `"force"`, whenever it fails.
   * @throws {NoDataError} If there is none and the mode is `"none"`.
   * @throws {CacheClosedError} If a refresh would have to be waited for, and the cache was closed.
   */
  async getEntry(options: GetOptions = {}): Promise<SourceEntry<T>> {
    const { refresh = "background", signal } = options;
    if (!REFRESH_MODES.includes(refresh)) {
      const expected = REFRESH_MODES.map((mode) => `"${mode}"`).join(", ");
      throw new InvalidOptionError({ what: "refresh", value: refresh, expected: `one of ${expected}` });
    }
    signal?.throwIfAborted();
    if (refresh === "force") return await this.refresh({ signal });
    const found = await this.read();
    if (found.state === "absent") {
      if (refresh === "none") throw new NoDataError(this.#checked.label);
      return await this.refreshIfStale({ signal });
    }
    if (found.state === "fresh") return { ...found, origin: "hit" };
    if (refresh === "background") this.maybeRefresh();
    if (refresh !== "if-stale") return { ...found, origin: "stale" };
    try {
      return await this.refreshIfStale({ signal });
    } catch (refreshError) {
      signal?.throwIfAborted();
      return { ...found, origin: "stale", refreshError };
    }
  }

  /** Reads. No lock, no wait for anybody, no network. Data that cannot be decoded counts as absent. */
  async read(): Promise<Entry<T>> {
    return this.#decode(await this.#cache.read(this.#definition));
  }

  /** Reads, at once. Data that cannot be decoded counts as absent. */
  readSync(): Entry<T> {
    return this.#decode(this.#cache.readSync(this.#definition));
  }

  /**
   * Refreshes, whatever the age of the data; joins a refresh that goes on already.
   *
   * @param options A signal that ends the wait.
   * @throws {RefreshFailedError} If the refresh failed, whoever ran it.
   * @throws {CacheClosedError} If the cache was closed.
   */
  async refresh(options: WaitOptions = {}): Promise<RefreshedEntry<T>> {
    const entry = await this.#cache.refresh(this.#definition, this.#refresher, options);
    return { ...entry, data: this.#value(entry.data) };
  }

  /**
   * Sees to it that stale data is refreshed in the background, and what a read could not decode, too. Returns at once.
   */
  maybeRefresh(): void {
    const options = { newerThan: this.#corrupt, detached: this.#detached };
    this.#inside.refreshBehind(this.#definition, this.#refresher, options);
  }

  /**
   * Refreshes data that is stale, absent or cannot be decoded, and waits for it.
   *
   * @param options A signal that ends the wait.
   * @throws {RefreshFailedError} If the refresh failed, or if there is no data and a failure cools down.
   * @throws {CacheClosedError} If the cache was closed.
   */
  async refreshIfStale(options: WaitOptions = {}): Promise<ObtainedEntry<T>> {
    const entry = await this.#cache.refreshIfStale(this.#definition, this.#refresher, options);
    const found = this.#decode(entry);
    if (found.state !== "absent") return { ...found, origin: entry.origin };
    const healed = await this.#cache.refreshIfStale(this.#definition, this.#refresher, {
      ...options,
      newerThan: entry.capturedAt,
    });
    return { ...healed, data: this.#value(healed.data) };
  }

  /** What is going on with the source. */
  async state(): Promise<RefreshState> {
    return await this.#cache.refreshState(this.#definition);
  }

  #value(bytes: Uint8Array): T {
    try {
      return JSON.parse(decoder.decode(bytes)) as T;
    } catch (error) {
      throw new CorruptDataError(this.#checked.label, error);
    }
  }

  #decode(entry: Entry): Entry<T> {
    if (entry.state === "absent") return ABSENT;
    try {
      const decoded = { ...entry, data: this.#value(entry.data) };
      this.#corrupt = undefined;
      return decoded;
    } catch (error) {
      if (!(error instanceof CorruptDataError)) throw error;
      this.#corrupt = entry.capturedAt;
      this.#inside.emit({ kind: "corrupt", source: this.#checked.key, error });
      return ABSENT;
    }
  }
}
