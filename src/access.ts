/**
 * Access to one source: how it is read, refreshed, and both at once, whatever its data is decoded to. Both layers stand on
 * it: in the lower one data is bytes.
 *
 * @module
 */

import type { IfStaleOptions, StaleOptions, WaitOptions } from "./cache_options.ts";
import type { DataDecoder } from "./data/decoder.ts";
import type { Engine } from "./engine.ts";
import { ABSENT, type Entry, type ObtainedEntry, presentEntry, type RefreshedEntry } from "./entry.ts";
import { CorruptDataError, InvalidOptionError, WaitTimeoutError } from "./errors.ts";
import { type Brought, demand, goodEnough, willDo } from "./judgement.ts";
import type { DetachedRefresh } from "./launcher.ts";
import type { RefreshRequest } from "./refresh.ts";
import type { Fetcher } from "./refresher.ts";
import type { CheckedSource } from "./source_options.ts";
import type { StoredData } from "./store.ts";

/** What one source is, and how it is dealt with. */
export interface AccessPlan<T> {
  /** The source. */
  readonly source: CheckedSource;
  /** Makes data of its bytes. */
  readonly decoder: DataDecoder<T>;
  /** Fetches new data. */
  readonly fetcher: Fetcher;
  /** What refreshes it in a process of its own, if that is how it is done in the background. */
  readonly detached?: DetachedRefresh | undefined;
}

/** What was found. */
export interface Found<T> {
  /** It, as its reader sees it. */
  readonly entry: Entry<T>;
  /** When the data was captured that is there, but cannot be decoded. */
  readonly corrupt: number | undefined;
}

/** Access to one source. */
export class Access<T> {
  readonly #engine: Engine;
  readonly #plan: AccessPlan<T>;

  /**
   * @param engine What it runs on.
   * @param plan The source, and how it is dealt with.
   */
  constructor(engine: Engine, plan: AccessPlan<T>) {
    this.#engine = engine;
    this.#plan = plan;
  }

  /** Reads. No lock, no wait for anybody, no network. */
  async find(): Promise<Found<T>> {
    const { source: { key }, decoder } = this.#plan;
    const data = await this.#engine.store.read(key);
    try {
      return this.#found(data, data && await decoder.decode(data.bytes));
    } catch (error) {
      return this.#corrupt(data, error);
    }
  }

  /** Reads, at once. */
  findSync(): Found<T> {
    const { source: { key }, decoder } = this.#plan;
    const data = this.#engine.readSync(key);
    try {
      return this.#found(data, data && decoder.decodeSync(data.bytes));
    } catch (error) {
      return this.#corrupt(data, error);
    }
  }

  /** Refreshes, whatever the age of the data, and waits for it. */
  async refresh(options: WaitOptions): Promise<RefreshedEntry<T>> {
    const start = this.#engine.clock.now();
    const request = this.#request(() => start, true);
    this.#startDetached(request, options);
    return await this.#waiting(options, () => request, async (signal) => {
      return await this.#brought(demand(await this.#engine.obtain({ ...request, signal })));
    });
  }

  /** Refreshes data that is stale, absent or cannot be decoded, and waits for it. */
  async refreshIfStale(options: IfStaleOptions): Promise<ObtainedEntry<T>> {
    const { clock } = this.#engine;
    let request = this.#request(goodEnough(clock, this.#plan.source, options), false);
    const fallback: { entry: Entry<T> } = { entry: ABSENT };
    try {
      return await this.#waiting(options, () => request, async (signal): Promise<ObtainedEntry<T>> => {
        const { entry, corrupt } = await this.find();
        if (entry.state === "fresh" && willDo(clock, entry, options)) return { ...entry, origin: "hit" };
        if (corrupt !== undefined) request = this.#request(() => corrupt, false);
        if (options.newerThan === undefined) fallback.entry = entry;
        return await this.#renew({ ...request, signal }, fallback.entry);
      });
    } catch (error) {
      const { entry } = fallback;
      // He has waited long enough.
      if (error instanceof WaitTimeoutError && entry.state === "stale") return { ...entry, origin: "stale" };
      throw error;
    }
  }

  /**
   * Obtains data that is newer than what was found, and waits for it.
   *
   * @param found What was found.
   * @param options How it is waited for.
   */
  async renew({ entry, corrupt }: Found<T>, options: WaitOptions): Promise<ObtainedEntry<T>> {
    const newerThan = corrupt === undefined ? goodEnough(this.#engine.clock, this.#plan.source, {}) : () => corrupt;
    const request = this.#request(newerThan, false);
    this.#startDetached(request, options);
    return await this.#waiting(options, () => request, (signal) => this.#renew({ ...request, signal }, entry));
  }

  /** Sees to it that stale data is refreshed in the background. Returns at once. */
  maybeRefresh(options: StaleOptions): void {
    const { key } = this.#plan.source;
    if (this.#engine.lifetime.closed) return;
    const offTurn = () => this.#engine.inBackground(key, async () => this.refreshBehind(await this.find(), options));
    if (this.#engine.store.readSync === undefined) return offTurn();
    try {
      this.refreshBehind(this.findSync(), options);
    } catch (error) {
      // A schema that does not validate at once.
      if (error instanceof InvalidOptionError) return offTurn();
      this.#engine.emit({ kind: "error", source: key, error });
    }
  }

  /** The same for what was found by now. */
  refreshBehind({ entry, corrupt }: Found<T>, options: StaleOptions): void {
    const { clock } = this.#engine;
    if (entry.state === "fresh" && willDo(clock, entry, options)) return;
    const newerThan = corrupt === undefined ? goodEnough(clock, this.#plan.source, options) : () => corrupt;
    this.#engine.behind({ ...this.#request(newerThan, false), detached: this.#plan.detached });
  }

  /** Whoever waits only for a while may end before the refresh does: one that can have a process of its own gets it. */
  #startDetached(request: RefreshRequest, { maxWait }: WaitOptions): void {
    const { detached } = this.#plan;
    if (maxWait !== undefined && detached !== undefined) this.#engine.behind({ ...request, detached });
  }

  async #waiting<Result>(
    options: WaitOptions,
    request: () => RefreshRequest,
    work: (signal: AbortSignal | undefined) => Promise<Result>,
  ): Promise<Result> {
    return await this.#engine.waiting(this.#plan.source, options, () => this.#engine.behind(request()), work);
  }

  /** @param entry What is returned, if it is stale, where a refresh is held back. */
  async #renew(request: RefreshRequest, entry: Entry<T>): Promise<ObtainedEntry<T>> {
    const obtained = await this.#engine.obtain(request);
    const held = obtained.kind === "cooling-down" || obtained.kind === "timeout";
    if (held && entry.state === "stale") return { ...entry, origin: "stale" };
    const brought = demand(obtained);
    try {
      return await this.#brought(brought);
    } catch (error) {
      if (!(error instanceof CorruptDataError) || brought.origin === "refreshed") throw error;
      // Somebody else brought what cannot be decoded here.
      const { capturedAt } = brought.data;
      return await this.#brought(demand(await this.#engine.obtain({ ...request, newerThan: () => capturedAt })));
    }
  }

  #request(newerThan: () => number, force: boolean): RefreshRequest {
    const { source, fetcher } = this.#plan;
    return { source, fetcher, newerThan, force };
  }

  #found(data: StoredData | undefined, value: T | undefined): Found<T> {
    const { key: source, ttl } = this.#plan.source;
    const entry = data === undefined
      ? ABSENT
      : presentEntry(value as T, data.capturedAt, ttl, this.#engine.clock.now());
    if (entry.state === "absent") this.#engine.emit({ kind: "absent", source });
    else this.#engine.emit({ kind: entry.state === "fresh" ? "hit" : "stale", source, age: entry.age });
    return { entry, corrupt: undefined };
  }

  #corrupt(data: StoredData | undefined, error: unknown): Found<T> {
    if (data === undefined || !(error instanceof CorruptDataError)) throw error;
    const { source: { key: source }, decoder } = this.#plan;
    if (decoder.isNews(data.bytes)) this.#engine.emit({ kind: "corrupt", source, error });
    this.#engine.emit({ kind: "absent", source });
    return { entry: ABSENT, corrupt: data.capturedAt };
  }

  async #brought({ origin, data }: Brought): Promise<RefreshedEntry<T>> {
    const { source, decoder } = this.#plan;
    const value = await decoder.decode(data.bytes);
    return { ...presentEntry(value, data.capturedAt, source.ttl, this.#engine.clock.now()), origin };
  }
}
