/**
 * What a read returns.
 *
 * @module
 */

import { judgeFreshness } from "./freshness.ts";

/** Data, and how old it is. */
export interface PresentEntry<T> {
  /** Whether the data is younger than its TTL. */
  readonly state: "fresh" | "stale";
  /** The data. */
  readonly data: T;
  /** Milliseconds since it was captured. */
  readonly age: number;
  /** When the refresher returned it, milliseconds since the epoch. */
  readonly capturedAt: number;
}

/** No data. */
export interface AbsentEntry {
  /** There is none. */
  readonly state: "absent";
  /** Nothing. */
  readonly data: undefined;
  /** Nothing has no age. */
  readonly age: 0;
  /** Nothing was captured. */
  readonly capturedAt: undefined;
}

/** What a read returns: data and its age, or the absence of both. */
export type Entry<T = Uint8Array> = PresentEntry<T> | AbsentEntry;

/** New data, and whose refresh brought it. */
export interface RefreshedEntry<T = Uint8Array> extends PresentEntry<T> {
  /** `"refreshed"`: this call's own refresh. `"joined"`: somebody else's, in this process or another. */
  readonly origin: "refreshed" | "joined";
}

/** Data, and where it came from. */
export interface ObtainedEntry<T = Uint8Array> extends PresentEntry<T> {
  /** `"hit"`: it was there, and fresh. `"stale"`: it was there. `"refreshed"`, `"joined"`: it is new. */
  readonly origin: "hit" | "stale" | "refreshed" | "joined";
}

/** The entry of a source without data. */
export const ABSENT: AbsentEntry = { state: "absent", data: undefined, age: 0, capturedAt: undefined };

/**
 * The entry of data.
 *
 * @param data The data.
 * @param capturedAt When it was captured, milliseconds since the epoch.
 * @param ttl How long it stays fresh, in milliseconds.
 * @param now The reader's time, milliseconds since the epoch.
 */
export function presentEntry<T>(data: T, capturedAt: number, ttl: number, now: number): PresentEntry<T> {
  return { ...judgeFreshness(capturedAt, ttl, now), data, capturedAt };
}
