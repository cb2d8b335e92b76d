/**
 * The typed source that a cache makes.
 *
 * @module
 */

import { Access } from "../access.ts";
import type { WaitOptions } from "../cache_options.ts";
import type { Codec } from "../data/codec.ts";
import type { Decoder } from "../data/decoder.ts";
import { encodeChecked, typedFetcher } from "../data/typed_fetcher.ts";
import type { Engine } from "../engine.ts";
import { ABSENT, type Entry, type ObtainedEntry, type PresentEntry, presentEntry } from "../entry.ts";
import type { RefreshedEntry } from "../entry.ts";
import { InvalidPayloadError, NoDataError } from "../errors.ts";
import type { Explanation } from "../explanation.ts";
import type { DetachedRefresh } from "../launcher.ts";
import type { RefreshContext } from "../refresher.ts";
import type { CheckedSource } from "../source_options.ts";
import type { RefreshState } from "../store.ts";
import { checkGetOptions, type GetOptions } from "./get_options.ts";
import { explainSource } from "./told.ts";
import type { SourceEntry, TypedSource } from "./typed_source.ts";

/** What a typed source is made of. */
export interface SourceParts<T> {
  /** The source. */
  readonly source: CheckedSource;
  /** Makes bytes of its data. */
  readonly codec: Codec<unknown>;
  /** Makes data of its bytes. */
  readonly decoder: Decoder<T>;
  /** Calls its refresher. */
  readonly call: (context: RefreshContext<T>) => unknown;
  /** What refreshes it in a process of its own, if that is how it is done in the background. */
  readonly detached: DetachedRefresh | undefined;
}

/** The typed source that a cache makes. */
export class CachedSource<T, Input> implements TypedSource<T, Input> {
  readonly tier: string;
  readonly name: string;
  readonly ttl: number;
  readonly refreshDeadline: number;
  readonly #engine: Engine;
  readonly #parts: SourceParts<T>;
  readonly #access: Access<T>;

  constructor(engine: Engine, parts: SourceParts<T>) {
    const { source, decoder, detached } = parts;
    this.tier = source.key.tier;
    this.name = source.key.name;
    this.ttl = source.ttl;
    this.refreshDeadline = source.refreshDeadline;
    this.#engine = engine;
    this.#parts = parts;
    const fetcher = typedFetcher({ ...parts, clock: engine.clock, ttl: source.ttl });
    this.#access = new Access(engine, { source, decoder, fetcher, detached });
  }

  async get(options?: GetOptions): Promise<T> {
    return (await this.getEntry(options)).data;
  }

  async getEntry(options: GetOptions = {}): Promise<SourceEntry<T>> {
    const { mode, maxStale } = checkGetOptions(options);
    options.signal?.throwIfAborted();
    if (mode === "force") return await this.refresh(options);
    const found = await this.#access.find();
    const { entry, corrupt } = found;
    if (entry.state === "fresh") return { ...entry, origin: "hit" };
    // Nothing to fall back to while new data is waited for: neither here nor below.
    const renewed = () => this.#access.renew({ entry: ABSENT, corrupt }, options);
    if (entry.state === "absent" || entry.age - this.ttl > maxStale) {
      if (mode !== "none") return await renewed();
      throw new NoDataError(this.#parts.source.label, entry.state === "absent" ? undefined : entry.age);
    }
    if (mode === "background") this.#access.refreshBehind(found, {});
    if (mode !== "if-stale") return { ...entry, origin: "stale" };
    try {
      return await renewed();
    } catch (refreshError) {
      options.signal?.throwIfAborted();
      return { ...this.#entry(entry.data, entry.capturedAt), origin: "stale", refreshError };
    }
  }

  async read(): Promise<Entry<T>> {
    return (await this.#access.find()).entry;
  }

  readSync(): Entry<T> {
    return this.#access.findSync().entry;
  }

  async refresh(options: WaitOptions = {}): Promise<RefreshedEntry<T>> {
    return await this.#access.refresh(options);
  }

  maybeRefresh(): void {
    this.#access.maybeRefresh({});
  }

  async refreshIfStale(options: WaitOptions = {}): Promise<ObtainedEntry<T>> {
    return await this.#access.refreshIfStale(options);
  }

  async state(): Promise<RefreshState> {
    const { key, refreshDeadline } = this.#parts.source;
    return await this.#engine.store.state(key, refreshDeadline);
  }

  async explain(): Promise<Explanation> {
    const { source, decoder } = this.#parts;
    return await explainSource(this.#engine, source, (bytes) => decoder.decode(bytes));
  }

  async put(data: Input): Promise<PresentEntry<T>> {
    const { source, codec, decoder } = this.#parts;
    const bytes = await encodeChecked(data, codec, decoder).catch((error: unknown) => {
      if (!(error instanceof InvalidPayloadError)) throw error;
      throw new InvalidPayloadError(error.found, error.expected, "put() was given");
    });
    const capturedAt = await this.#engine.put(source, bytes);
    return this.#entry(await decoder.decode(bytes), capturedAt);
  }

  async expire(): Promise<boolean> {
    return await this.#engine.expire(this.#parts.source);
  }

  async delete(): Promise<boolean> {
    return await this.#engine.delete(this.#parts.source);
  }

  #entry(data: T, capturedAt: number): PresentEntry<T> {
    return presentEntry(data, capturedAt, this.ttl, this.#engine.clock.now());
  }
}
