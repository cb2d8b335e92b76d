/**
 * The family that a cache makes.
 *
 * @module
 */

import type { Codec } from "../data/codec.ts";
import { Decoder } from "../data/decoder.ts";
import type { Engine } from "../engine.ts";
import { InvalidNameError, InvalidOptionError } from "../errors.ts";
import { pruneSources } from "../pruning.ts";
import { checkName, slug } from "../source_name.ts";
import { type CheckedSource, checkSource, DEFAULT_TIER } from "../source_options.ts";
import type { PruneReport } from "../store.ts";
import { CachedSource } from "./cached_source.ts";
import { type AnyDefinition, dataKindOf, detachedRefreshOf, versionedName } from "./definition.ts";
import type { FamilyPruneOptions, SourceFamily } from "./family.ts";
import type { GetOptions } from "./get_options.ts";
import { callerOf, type CallRefresher } from "./make.ts";
import type { SourceEntry } from "./typed_source.ts";

/** The text of a key that is one by itself. */
function plainKey(key: unknown): string {
  if (typeof key === "string") return key;
  if (typeof key === "number" || typeof key === "boolean" || typeof key === "bigint") return String(key);
  const expected = "a text, a number or a boolean; or give the family a function `key` that makes a text of it";
  throw new InvalidNameError({ value: key, what: "key", expected });
}

/** The family that a cache makes. */
export class CachedFamily<Key, T, Input> implements SourceFamily<Key, T, Input> {
  readonly tier: string;
  readonly ttl: number;
  readonly #engine: Engine;
  readonly #definition: AnyDefinition;
  readonly #sample: CheckedSource;
  readonly #codec: Codec<unknown>;
  readonly #decoder: Decoder<T>;
  readonly #call: CallRefresher;
  readonly #keyText: (key: Key) => string;

  /**
   * @param engine What it runs on.
   * @param definition Its definition.
   * @throws {InvalidNameError} If its name cannot be used.
   * @throws {InvalidDurationError} If its TTL or its deadline cannot be used.
   * @throws {InvalidOptionError} If something else cannot be used.
   */
  constructor(engine: Engine, definition: AnyDefinition & { readonly key?: ((key: Key) => string) | undefined }) {
    const { version, ttl, refreshDeadline, key = plainKey } = definition;
    const name = checkName(definition.name, "name");
    const tier = checkName(versionedName(name, version), "name");
    if (name === DEFAULT_TIER && version === undefined) {
      const expected = "another name: sources that name no tier have that folder already";
      throw new InvalidNameError({ value: name, what: "name", expected });
    }
    if (typeof key !== "function") {
      throw new InvalidOptionError({ what: "key", value: key, expected: "a function that makes a text of a key" });
    }
    this.#engine = engine;
    this.#definition = { ...definition };
    this.#sample = checkSource({ tier, name: "any", ttl, refreshDeadline });
    this.tier = this.#sample.key.tier;
    this.ttl = this.#sample.ttl;
    const kind = dataKindOf<T>(definition);
    this.#codec = kind.codec;
    this.#decoder = new Decoder<T>(this.tier, kind);
    this.#call = callerOf(definition);
    this.#keyText = key;
    detachedRefreshOf(this.#definition);
  }

  source(key: Key): CachedSource<T, Input> {
    const text: unknown = this.#keyText(key);
    if (typeof text !== "string") {
      throw new InvalidNameError({ value: text, what: "key", expected: "a text, made by the family's function `key`" });
    }
    const name = slug(text);
    const label = `${this.tier}/${name}`;
    const detached = detachedRefreshOf(this.#definition);
    return new CachedSource<T, Input>(this.#engine, {
      source: { ...this.#sample, key: { tier: this.tier, name }, label },
      codec: this.#codec,
      decoder: this.#decoder.for(label),
      call: (context) => this.#call(key, context),
      detached: detached && { ...detached, given: [key] },
    });
  }

  async get(key: Key, options?: GetOptions): Promise<T> {
    return await this.source(key).get(options);
  }

  async getEntry(key: Key, options?: GetOptions): Promise<SourceEntry<T>> {
    return await this.source(key).getEntry(options);
  }

  async prune({ olderThan, all, dryRun }: FamilyPruneOptions): Promise<PruneReport> {
    if (olderThan === undefined && all !== true) {
      const expected = 'an age, for example "30d"; or { all: true } to remove everything';
      throw new InvalidOptionError({ what: "olderThan", value: olderThan, expected });
    }
    return await pruneSources(this.#engine, [], { olderThan, dryRun, all: true, tiers: [this.tier] });
  }
}
