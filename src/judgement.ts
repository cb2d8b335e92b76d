/**
 * Whether data will do for a caller, and what became of the refresh that he asked for.
 *
 * @module
 */

import type { StaleOptions } from "./cache_options.ts";
import type { Clock } from "./clock.ts";
import type { PresentEntry } from "./entry.ts";
import { isNewer } from "./freshness.ts";
import type { Obtained } from "./refresh.ts";
import type { CheckedSource } from "./source_options.ts";
import type { StoredData } from "./store.ts";

/** Whether fresh data is new enough for its caller, too. */
export function willDo(clock: Clock, { capturedAt }: PresentEntry<unknown>, { newerThan }: StaleOptions): boolean {
  return newerThan === undefined || isNewer(capturedAt, newerThan, clock.now());
}

/**
 * The moment after which data must have been captured to make a refresh needless: what is fresh will do, and what is newer
 * than the call, even if its TTL is shorter than the way to the caller.
 */
export function goodEnough(clock: Clock, { ttl }: CheckedSource, { newerThan }: StaleOptions): () => number {
  const start = clock.now();
  return () => newerThan ?? Math.min(start, clock.now() - ttl);
}

/** New data, and whose refresh brought it. */
export interface Brought {
  /** Whose. */
  readonly origin: "refreshed" | "joined";
  /** The data. The bytes are the store's. */
  readonly data: StoredData;
}

/**
 * New data.
 *
 * @throws The error of whatever came instead.
 */
export function demand(obtained: Obtained): Brought {
  if ("error" in obtained) throw obtained.error;
  return { origin: obtained.kind, data: obtained.data };
}
