/**
 * A look at every source, again and again: what was recorded of how it was obtained is read only when it may have changed.
 *
 * @module
 */

import { listingOf, type SourceListing } from "../../listing.ts";
import type { ListedSource, SourceKey, Store } from "../../store.ts";
import { recordedTier } from "../record/record_tiers.ts";
import { SourceRecord } from "../record/records.ts";
import { labelOf } from "../sources/survey.ts";

/** What a look has found. */
export interface Sight {
  /** The sources, by their labels. */
  readonly sources: ReadonlyMap<string, SourceListing>;
  /** Why not all of them, if something cannot be read. */
  readonly failure: { readonly error: unknown } | undefined;
}

interface Known {
  readonly version: string;
  readonly ttl: number | undefined;
}

/** Whoever looks. */
export class Looker {
  readonly #store: Store;
  readonly #isWanted: (key: SourceKey) => boolean;
  #known: ReadonlyMap<string, Known> = new Map();

  /**
   * @param store The store.
   * @param isWanted Which sources are looked at.
   */
  constructor(store: Store, isWanted: (key: SourceKey) => boolean) {
    this.#store = store;
    this.#isWanted = isWanted;
  }

  /** Looks. */
  async look(): Promise<Sight> {
    const sources = new Map<string, SourceListing>();
    const known = new Map<string, Known>();
    let failure: Sight["failure"];
    try {
      for await (const listed of this.#store.list()) {
        const { key } = listed;
        if (recordedTier(key.tier) !== undefined || !this.#isWanted(key)) continue;
        const now = Date.now();
        const ttl = await this.#ttlOf(listed, known).catch((error: unknown) => void (failure ??= { error }));
        sources.set(labelOf(key), listingOf(listed, now, ttl ?? undefined));
      }
    } catch (error) {
      failure ??= { error };
    }
    this.#known = known;
    return { sources, failure };
  }

  async #ttlOf({ key, capturedAt, state }: ListedSource, known: Map<string, Known>): Promise<number | undefined> {
    const label = labelOf(key);
    const version = `${capturedAt} ${state.kind} ${state.kind === "idle" ? "" : state.token}`;
    const before = this.#known.get(label);
    // It is written down after a refresh has begun: as long as one goes on, it may still come.
    const now = before?.version === version && (before.ttl !== undefined || state.kind !== "refreshing")
      ? before
      : { version, ttl: (await new SourceRecord(this.#store, key).recipe())?.ttl };
    known.set(label, now);
    return now.ttl;
  }
}
