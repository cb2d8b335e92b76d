/**
 * A source as a list shows it to its caller: a pure function of what the store found, and of the time.
 *
 * @module
 */

import { type DataState, judgeData } from "./data_state.ts";
import type { ListedSource, RefreshState, SourceKey } from "./store.ts";

/**
 * What there is of a source, how old it is, and what is going on with it. Plain data, fit for JSON.
 *
 * @example What has changed last
 * ```ts
 * import { DiscoveryCache, MemoryStore, type SourceListing, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const clock = { ...systemClock, now: () => now += 60_000 }; // a minute passes each time somebody looks
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * for (const name of ["models", "prices"]) await cache.put({ name, ...times }, "[]");
 * const found: SourceListing[] = [];
 * for await (const listing of cache.list()) found.push(listing);
 * const [latest] = found.sort((one, other) => (other.capturedAt ?? 0) - (one.capturedAt ?? 0));
 * if (latest?.source.name !== "prices") throw new Error("it was put last");
 * ```
 */
export interface SourceListing {
  /** Which source. */
  readonly source: SourceKey;
  /** Whether there is data, and whether it is fresh; `"unknown"` if there is data and its TTL is not known. */
  readonly state: DataState;
  /** The data's size in bytes; `undefined` if there is none. */
  readonly size: number | undefined;
  /** When the data was captured, milliseconds since the epoch; `undefined` if there is none. */
  readonly capturedAt: number | undefined;
  /** Milliseconds since then; 0 if that lies in the future, `undefined` if there is no data. */
  readonly age: number | undefined;
  /** How long the data stays fresh, in milliseconds; `undefined` if that is not known. */
  readonly ttl: number | undefined;
  /** Who refreshes, or why nobody does. */
  readonly refresh: RefreshState;
}

/**
 * Makes a listing of what the store found.
 *
 * @param listed What it found.
 * @param now The time, milliseconds since the epoch.
 * @param ttl How long the data stays fresh, in milliseconds; `undefined` if that is not known.
 * @returns The listing.
 */
export function listingOf(listed: ListedSource, now: number, ttl: number | undefined): SourceListing {
  const { key: source, size, capturedAt, state: refresh } = listed;
  const { state, age } = judgeData(capturedAt, ttl, now);
  return { source, state, size, capturedAt, age, ttl, refresh };
}
