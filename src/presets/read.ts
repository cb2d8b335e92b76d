/**
 * Which times there are, which variables change them, and what these may say. A pure function of the environment.
 *
 * @module
 */

import { type DurationBounds, parseDuration } from "../duration.ts";
import { InvalidPresetError } from "./error.ts";

/**
 * The times of a kind of source, to be spread into one.
 *
 * @example A preset with a shorter TTL of its own
 * ```ts
 * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
 * import { presets, type PresetTimes } from "@discoverycache/core/presets";
 *
 * const eager = (times: PresetTimes): PresetTimes => ({ ...times, ttl: times.ttl / 2 });
 * const { discoveryLocal } = presets("FIZ");
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = cache.source({ name: "local", ...eager(discoveryLocal), refresh: async () => ["one"] });
 * if (2 * models.ttl !== discoveryLocal.ttl) throw new Error("stale after half of the time");
 * ```
 */
export interface PresetTimes {
  /** How long data stays fresh, in milliseconds. */
  readonly ttl: number;
  /** How long a refresh may take, in milliseconds. */
  readonly refreshDeadline: number;
}

/**
 * The times of every kind of source, and of the lock.
 *
 * @example Which question takes the longest?
 * ```ts
 * import { type Presets, presets } from "@discoverycache/core/presets";
 *
 * const longest = ({ discoveryTerminal, discoveryRemote, discoveryLocal, runtime }: Presets) =>
 *   Math.max(...[discoveryTerminal, discoveryRemote, discoveryLocal, runtime].map((times) => times.refreshDeadline));
 * const times = presets("FIZ");
 * if (longest(times) !== times.discoveryTerminal.refreshDeadline) throw new Error("a terminal program");
 * ```
 */
export interface Presets {
  /** What a terminal program is asked, through its screen. Default: 24 hours, and 60 seconds to refresh. */
  readonly discoveryTerminal: PresetTimes;
  /** What a provider elsewhere is asked over HTTP. Default: 24 hours, and 10 seconds to refresh. */
  readonly discoveryRemote: PresetTimes;
  /** What a server on this machine is asked over HTTP. Default: 1 hour, and 10 seconds to refresh. */
  readonly discoveryLocal: PresetTimes;
  /** What changes while a program runs, such as quotas. Default: 5 minutes, and 5 seconds to refresh. */
  readonly runtime: PresetTimes;
  /** How long a background refresh tries for a lock that somebody holds, in milliseconds. Default: 100. */
  readonly lockTimeout: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const PREFIX = /^[A-Z](?:[A-Z0-9_]*[A-Z0-9])?$/;

const DURATION = 'a duration with its unit, such as "90s", "1h30m", "24h" or "250ms"';

/** What a deadline may be, as everywhere in this package. */
const DEADLINE: DurationBounds = { above: 0, max: 24 * HOUR };

/**
 * The times, as an environment has them.
 *
 * @param prefix What the variables' names begin with.
 * @param lookup The value of a variable; `undefined` if there is none.
 * @throws {InvalidPresetError} If the prefix, or the value of a variable, cannot be used.
 */
export function readPresets(prefix: string, lookup: (name: string) => string | undefined): Presets {
  if (typeof prefix !== "string" || !PREFIX.test(prefix)) {
    const expected = 'capital letters A to Z, digits and "_", a letter first and no "_" last, such as "FIZ"';
    throw new InvalidPresetError({ what: "prefix", value: prefix, expected });
  }
  const read = (name: string, byDefault: number, bounds?: DurationBounds): number => {
    const variable = `${prefix}_${name}`;
    const value = lookup(variable);
    return value === undefined ? byDefault : durationIn(variable, value, bounds);
  };
  const deadlines = {
    terminal: read("REFRESH_DEADLINE_PTY", MINUTE, DEADLINE),
    http: read("REFRESH_DEADLINE_HTTP", 10 * SECOND, DEADLINE),
    runtime: read("REFRESH_DEADLINE_RUNTIME", 5 * SECOND, DEADLINE),
  };
  return {
    discoveryTerminal: { ttl: read("TTL_DISCOVERY_PTY", 24 * HOUR), refreshDeadline: deadlines.terminal },
    discoveryRemote: { ttl: read("TTL_DISCOVERY_HTTP_REMOTE", 24 * HOUR), refreshDeadline: deadlines.http },
    discoveryLocal: { ttl: read("TTL_DISCOVERY_HTTP_LOCAL", HOUR), refreshDeadline: deadlines.http },
    runtime: { ttl: read("TTL_RUNTIME", 5 * MINUTE), refreshDeadline: deadlines.runtime },
    lockTimeout: read("LOCK_TIMEOUT", 100),
  };
}

/** Milliseconds. `set X=90s && program` on Windows leaves a space at the end, which nobody sees: it does not count. */
function durationIn(variable: string, value: string, bounds?: DurationBounds): number {
  try {
    return parseDuration(value.trim(), variable, bounds);
  } catch {
    const range = bounds === undefined ? "" : ", more than 0s and at most 24h";
    throw new InvalidPresetError({ what: variable, value, expected: `${DURATION}${range}` });
  }
}
