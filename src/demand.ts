/**
 * What a caller asks of data, and what he gets.
 *
 * @module
 */

import type { StaleOptions } from "./cache_options.ts";
import type { Clock } from "./clock.ts";
import { type PresentEntry, presentEntry, type RefreshedEntry } from "./entry.ts";
import { WaitTimeoutError } from "./errors.ts";
import { isNewer } from "./freshness.ts";
import type { Obtained } from "./refresh.ts";
import type { CheckedSource } from "./source_options.ts";

/** Whether fresh data is new enough for its caller, too. */
export function willDo(found: PresentEntry<Uint8Array>, { newerThan }: StaleOptions, now: number): boolean {
  return newerThan === undefined || isNewer(found.capturedAt, newerThan, now);
}

/**
 * The moment after which data must have been captured to make a refresh needless: what is fresh will do, and what is newer
 * than the call, even if its TTL is shorter than the way to the caller.
 *
 * @param source The source.
 * @param options What the caller takes.
 * @param clock The time.
 * @returns Milliseconds since the epoch, as time goes by.
 */
export function goodEnough({ ttl }: CheckedSource, { newerThan }: StaleOptions, clock: Clock): () => number {
  const start = clock.now();
  return () => newerThan ?? Math.min(start, clock.now() - ttl);
}

/**
 * New data.
 *
 * @param source The source.
 * @param obtained What came of a refresh.
 * @param now The caller's time, milliseconds since the epoch.
 * @throws The error of whatever came instead.
 */
export function newData(source: CheckedSource, obtained: Obtained, now: number): RefreshedEntry {
  switch (obtained.kind) {
    case "refreshed":
    case "joined": {
      const { bytes, capturedAt } = obtained.data;
      return { ...presentEntry(bytes, capturedAt, source.ttl, now), origin: obtained.kind };
    }
    case "timeout":
      throw new WaitTimeoutError(source.label, obtained.state.owner.pid, obtained.state.deadline);
    case "failed":
    case "cooling-down":
      throw obtained.error;
  }
}
