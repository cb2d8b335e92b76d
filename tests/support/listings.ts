/**
 * Sources as a cache lists them, for tests of what is made of that.
 *
 * @module
 */

import type { SourceListing } from "../../src/listing.ts";
import type { Owner, RefreshState } from "../../src/store.ts";

/** The time in these tests. */
export const NOW: number = Date.parse("2026-11-22T12:00:00Z");

/** Somebody on this machine. */
export const OWNER: Owner = {
  pid: 4711,
  host: "linux:3f2a1b2c-1111-2222-3333-444455556666:4026531836",
  processStart: "1",
};

/** Nothing goes on. */
export const IDLE: RefreshState = { kind: "idle", attempts: 0, lastError: undefined };

/** Somebody refreshes. */
export function refreshing(more: Partial<Extract<RefreshState, { kind: "refreshing" }>> = {}): RefreshState {
  const times = { startedAt: NOW - 10_000, deadline: NOW + 20_000 };
  return { kind: "refreshing", token: "t", owner: OWNER, ...times, attempts: 0, progress: undefined, ...more };
}

/** Somebody began to refresh, and is gone. */
export function abandoned(): RefreshState {
  const times = { startedAt: NOW - 10_000, deadline: NOW + 20_000 };
  return { kind: "abandoned", token: "t", owner: OWNER, ...times, attempts: 0, reason: "owner-gone" };
}

/** The last refresh failed. */
export function coolingDown(lastError: string, retryAt: number = NOW + 45_000): RefreshState {
  return { kind: "cooling-down", token: "t", owner: OWNER, startedAt: NOW - 1_000, lastError, attempts: 2, retryAt };
}

/** A source with data of an age; without data if that is `undefined`. Its state is the business of whoever looks. */
export function listing(
  label: string,
  age: number | undefined,
  more: Partial<Pick<SourceListing, "ttl" | "size" | "refresh">> = {},
): SourceListing {
  const [tier = "", name = ""] = label.split("/");
  const there = age === undefined ? undefined : { capturedAt: NOW - age, size: 17 };
  return {
    source: { tier, name },
    state: there === undefined ? "absent" : "unknown",
    capturedAt: there?.capturedAt,
    size: there?.size,
    age,
    ttl: undefined,
    refresh: IDLE,
    ...more,
  };
}
