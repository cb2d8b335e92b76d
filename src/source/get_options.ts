/**
 * How a typed source may be asked.
 *
 * @module
 */

import { checkMaxWait, type WaitOptions } from "../cache_options.ts";
import { type Duration, parseDuration } from "../duration.ts";
import { InvalidOptionError } from "../errors.ts";

/** How a caller wants stale or absent data to be dealt with. */
export type RefreshMode = "background" | "if-stale" | "force" | "none";

const REFRESH_MODES: readonly RefreshMode[] = ["background", "if-stale", "force", "none"];

/** Options of `get` and `getEntry`. */
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
