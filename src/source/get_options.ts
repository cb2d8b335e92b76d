/**
 * How a typed source may be asked.
 *
 * @module
 */

import { checkMaxWait, type WaitOptions } from "../cache_options.ts";
import { type Duration, parseDuration } from "../duration.ts";
import { InvalidOptionError } from "../errors.ts";

/**
 * How a caller wants stale or absent data to be dealt with.
 *
 * @example What a command's flags ask for
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshMode } from "@discoverycache/core";
 *
 * const modes: Record<string, RefreshMode> = { "--refresh": "force", "--wait": "if-stale", "--offline": "none" };
 * const modeOf = (flag: string | undefined): RefreshMode => modes[flag ?? ""] ?? "background";
 *
 * let asked = 0;
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ++asked });
 * for (const flag of [undefined, "--wait", "--offline", "--refresh"]) await models.get({ refresh: modeOf(flag) });
 * if (asked !== 2) throw new Error("once since there was nothing, and once since it was asked for");
 * ```
 */
export type RefreshMode = "background" | "if-stale" | "force" | "none";

const REFRESH_MODES: readonly RefreshMode[] = ["background", "if-stale", "force", "none"];

/**
 * Options of `get` and `getEntry`.
 *
 * @example A week-old answer will do, an older one will not
 * ```ts
 * import { DiscoveryCache, type GetOptions, MemoryStore, NoDataError, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => now } });
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ["one"] });
 * await models.get();
 *
 * const offline: GetOptions = { refresh: "none", maxStale: "7d" }; // past its TTL of a day
 * now += 8 * 86_400_000;
 * if ((await models.get(offline)).length !== 1) throw new Error("it is 8 days old");
 * now += 1;
 * const error: unknown = await models.get(offline).catch((error) => error);
 * if (!(error instanceof NoDataError)) throw new Error("it is older than that");
 * ```
 */
export interface GetOptions extends WaitOptions {
  /**
   * - `"background"` (the default): what is there, at once; if it is stale, it is refreshed in the background. Waits only
   *   if there is nothing.
   * - `"if-stale"`: waits for new data if what is there is stale; if that fails, what is there (stale-if-error, as in RFC
   *   5861).
   * - `"force"`: waits for new data in any case; rejects if that fails.
   * - `"none"`: what is there, and no refresh.
   */
  readonly refresh?: RefreshMode | undefined;
  /**
   * How long past its TTL data may still be served: milliseconds, or a text such as `"7d"`. Default: for ever. Older data
   * is dealt with as if there were none. (The measure of `max-stale` in RFC 9111, section 5.2.1.2.)
   */
  readonly maxStale?: Duration | undefined;
}

/** Options that have been checked. */
export interface CheckedGetOptions {
  /** How stale or absent data is dealt with. */
  readonly mode: RefreshMode;
  /** How long past its TTL data is served, in milliseconds. */
  readonly maxStale: number;
}

/**
 * Checks the options of one call.
 *
 * @param options The options.
 * @throws {InvalidOptionError} If there is no such mode.
 * @throws {InvalidDurationError} If `maxStale` or `maxWait` is no duration.
 */
export function checkGetOptions(options: GetOptions): CheckedGetOptions {
  const { refresh: mode = "background", maxStale } = options;
  // Also where it happens not to be needed: a mistake shows in the first call.
  checkMaxWait(options);
  if (!REFRESH_MODES.includes(mode)) {
    const expected = REFRESH_MODES.map((known) => `"${known}"`).join(", ");
    throw new InvalidOptionError({ what: "refresh", value: mode, expected: `one of ${expected}` });
  }
  return { mode, maxStale: maxStale === undefined ? Infinity : parseDuration(maxStale, "maxStale") };
}
