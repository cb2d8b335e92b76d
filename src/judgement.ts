/**
 * What a caller gets: the entry that data makes, whether it will do, and what became of the refresh that was asked for.
 *
 * @module
 */

import type { StaleOptions } from "./cache_options.ts";
import type { Clock } from "./clock.ts";
import { ABSENT, type Entry, type PresentEntry, presentEntry, type RefreshedEntry } from "./entry.ts";
import { WaitTimeoutError } from "./errors.ts";
import { isNewer } from "./freshness.ts";
import type { Obtained } from "./refresh.ts";
import type { RefreshTools } from "./refresher.ts";
import type { CheckedSource } from "./source_options.ts";
import type { StoredData } from "./store.ts";

/** The entry that data makes now, with bytes that are the caller's own. The listeners are told. */
export function entryOf(
  { clock, events }: RefreshTools,
  { key: source, ttl }: CheckedSource,
  data: StoredData | undefined,
): Entry {
  const entry = data === undefined ? ABSENT : presentEntry(data.bytes.slice(), data.capturedAt, ttl, clock.now());
  if (entry.state === "absent") events.emit({ kind: "absent", source });
  else events.emit({ kind: entry.state === "fresh" ? "hit" : "stale", source, age: entry.age });
  return entry;
}

/** Whether fresh data is new enough for its caller, too. */
export function willDo(clock: Clock, { capturedAt }: PresentEntry<Uint8Array>, { newerThan }: StaleOptions): boolean {
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

/**
 * New data, with bytes that are the caller's own.
 *
 * @throws The error of whatever came instead.
 */
export function demand(clock: Clock, { label, ttl }: CheckedSource, obtained: Obtained): RefreshedEntry {
  switch (obtained.kind) {
    case "refreshed":
    case "joined": {
      const { bytes, capturedAt } = obtained.data;
      return { ...presentEntry(bytes.slice(), capturedAt, ttl, clock.now()), origin: obtained.kind };
    }
    case "timeout":
      throw new WaitTimeoutError(label, obtained.state.owner.pid, obtained.state.deadline);
    case "failed":
    case "cooling-down":
      throw obtained.error;
  }
}
