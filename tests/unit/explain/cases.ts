/**
 * The states of data and of refreshes that are explained, and what is said of each by itself.
 *
 * @module
 */

import type { DataFacts, ExplainFacts } from "../../../src/explain.ts";
import type { Owner, RefreshState } from "../../../src/store.ts";

/** When everything is explained: noon. */
export const NOW: number = Date.parse("2026-11-21T12:00:00Z");

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Who asks, and another process of the same machine. */
export const SELF: Owner = { pid: 7, host: "host", processStart: "1" };
export const OTHER: Owner = { pid: 123, host: "host", processStart: "9" };

/** A state of data: its facts, the first line about it, and why it is so. */
interface DataCase {
  readonly data: DataFacts | undefined;
  readonly ttl: number | undefined;
  readonly shown: string;
  readonly why: string;
}

const size = 12;

export const DATA = {
  fresh: {
    data: { capturedAt: NOW - 3 * HOUR, size },
    ttl: DAY,
    shown: "fresh (12 bytes)",
    why: "captured 3h ago, and fresh for another 21h: its TTL is 1d",
  },
  stale: {
    data: { capturedAt: NOW - 26 * HOUR, size },
    ttl: DAY,
    shown: "stale (12 bytes)",
    why: "captured 1d2h ago, 2h past its TTL of 1d",
  },
  future: {
    data: { capturedAt: NOW + 3 * HOUR, size },
    ttl: DAY,
    shown: "stale (12 bytes)",
    why: "its time, 2026-11-21T15:00:00.000Z, lies 3h in the future: so its age is not known, and it counts as stale",
  },
  unknown: {
    data: { capturedAt: NOW - 3 * HOUR, size },
    ttl: undefined,
    shown: "unknown (12 bytes)",
    why: "captured 3h ago; whether that is stale cannot be said without its TTL",
  },
  absent: {
    data: undefined,
    ttl: DAY,
    shown: "absent",
    why: "there is no data: nobody has refreshed it yet, or it was removed",
  },
  corrupt: {
    data: { capturedAt: NOW - 3 * HOUR, size, corrupt: "Unexpected end of JSON input" },
    ttl: DAY,
    shown: "corrupt (12 bytes)",
    why: "the 12 bytes captured 3h ago cannot be decoded and count as absent: Unexpected end of JSON input",
  },
} as const satisfies Record<string, DataCase>;

/** A state of a refresh: the last words of the first line, and who refreshes. */
interface RefreshCase {
  readonly state: RefreshState;
  readonly shown: string;
  readonly who: string;
}

const claim = { token: "token", owner: OTHER, attempts: 0 };

export const REFRESH = {
  idle: { state: { kind: "idle", attempts: 0, lastError: undefined }, shown: "idle", who: "nobody" },
  failed: {
    state: { kind: "idle", attempts: 3, lastError: "no network" },
    shown: "idle",
    who: "nobody; it has failed 3 times in a row, the last time: no network",
  },
  refreshing: {
    state: {
      kind: "refreshing",
      ...claim,
      startedAt: NOW - 12 * SECOND,
      deadline: NOW + 48 * SECOND,
      progress: { done: 3, total: 10, message: "reading pages" },
    },
    shown: "refreshing",
    who:
      'process 123 (another process of this machine) has been refreshing it since 2026-11-21T11:59:48.000Z (12s ago); it reports: 3 of 10, "reading pages"',
  },
  late: {
    state: {
      kind: "refreshing",
      ...claim,
      startedAt: NOW - 65 * SECOND,
      deadline: NOW - 5 * SECOND,
      progress: undefined,
    },
    shown: "refreshing",
    who:
      "process 123 (another process of this machine) has been refreshing it since 2026-11-21T11:58:55.000Z (1m5s ago)",
  },
  cooling: {
    state: {
      kind: "cooling-down",
      ...claim,
      startedAt: NOW - 5 * SECOND,
      lastError: "no network",
      attempts: 1,
      retryAt: NOW + 25 * SECOND,
    },
    shown: "cooling down",
    who:
      "nobody; it has failed once, at 2026-11-21T11:59:55.000Z (5s ago) in process 123 (another process of this machine): no network",
  },
  gone: {
    state: { kind: "abandoned", ...claim, startedAt: NOW - 2 * MINUTE, deadline: NOW - MINUTE, reason: "owner-gone" },
    shown: "abandoned",
    who:
      "nobody; process 123 (another process of this machine) began to refresh it at 2026-11-21T11:58:00.000Z (2m ago), and is gone",
  },
  overdue: {
    state: {
      kind: "abandoned",
      ...claim,
      startedAt: NOW - HOUR,
      deadline: NOW - 59 * MINUTE,
      attempts: 2,
      reason: "overdue",
    },
    shown: "abandoned",
    who:
      "nobody any more; process 123 (another process of this machine) began to refresh it at 2026-11-21T11:00:00.000Z (1h ago) after 2 failed tries, and was to end by 2026-11-21T11:01:00.000Z (59m ago)",
  },
  impossible: {
    state: {
      kind: "abandoned",
      ...claim,
      startedAt: NOW + 3 * HOUR,
      deadline: NOW + 4 * HOUR,
      reason: "impossible-times",
    },
    shown: "abandoned",
    who:
      "nobody; process 123 (another process of this machine) claims to have begun to refresh it at 2026-11-21T15:00:00.000Z (in 3h), which cannot be",
  },
} as const satisfies Record<string, RefreshCase>;

/** The facts of a case. */
export function factsOf(data: keyof typeof DATA, refresh: keyof typeof REFRESH): ExplainFacts {
  const { data: found, ttl } = DATA[data];
  const source = { tier: "discovery", name: "models" };
  return {
    source,
    data: found,
    ttl,
    refreshDeadline: 10 * SECOND,
    state: REFRESH[refresh].state,
    now: NOW,
    self: SELF,
  };
}
