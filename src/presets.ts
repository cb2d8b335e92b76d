/**
 * Proven times for four kinds of slow questions, which the people who run a program can change by its environment.
 *
 * An entry of its own: nothing else of this package reads times from the environment, and this one brings nothing else
 * of the package with it.
 *
 * @example A source with the times of a provider's HTTP interface
 * ```ts
 * import { DiscoveryCache, MemoryStore } from "@discoverycache/core";
 * import { presets } from "@discoverycache/core/presets";
 *
 * const { discoveryRemote, lockTimeout } = presets("FIZ"); // FIZ_TTL_DISCOVERY_HTTP_REMOTE=2h says otherwise
 *
 * // In a program: { root: userCacheDir("fiz"), lockTimeout }
 * const cache = new DiscoveryCache({ store: new MemoryStore(), lockTimeout });
 * const models = cache.source<string[]>({
 *   name: "openrouter",
 *   ...discoveryRemote,
 *   refresh: async ({ signal }) => (signal.aborted ? [] : ["one", "another"]),
 * });
 * if ((await models.get()).length !== 2) throw new Error("incomplete");
 * ```
 *
 * @module
 */

import { mayReadVariable, variable } from "./adapters/environment.ts";
import { type Presets, readPresets } from "./presets/read.ts";

export { InvalidPresetError, type InvalidPresetErrorOptions } from "./presets/error.ts";
export type { Presets, PresetTimes } from "./presets/read.ts";

/**
 * The times of four kinds of sources, and of the lock: what has proved good, unless the environment says otherwise.
 *
 * | variable                             | what it changes                                             | default |
 * | ------------------------------------ | ----------------------------------------------------------- | ------- |
 * | `<PREFIX>_TTL_DISCOVERY_PTY`         | `discoveryTerminal.ttl`                                     | 24 h    |
 * | `<PREFIX>_TTL_DISCOVERY_HTTP_REMOTE` | `discoveryRemote.ttl`                                       | 24 h    |
 * | `<PREFIX>_TTL_DISCOVERY_HTTP_LOCAL`  | `discoveryLocal.ttl`                                        | 1 h     |
 * | `<PREFIX>_TTL_RUNTIME`               | `runtime.ttl`                                               | 5 min   |
 * | `<PREFIX>_REFRESH_DEADLINE_PTY`      | `discoveryTerminal.refreshDeadline`                         | 60 s    |
 * | `<PREFIX>_REFRESH_DEADLINE_HTTP`     | `refreshDeadline` of `discoveryRemote` and `discoveryLocal` | 10 s    |
 * | `<PREFIX>_REFRESH_DEADLINE_RUNTIME`  | `runtime.refreshDeadline`                                   | 5 s     |
 * | `<PREFIX>_LOCK_TIMEOUT`              | `lockTimeout`                                               | 100 ms  |
 *
 * Each holds a duration with its unit, such as `90s`, `1h30m` or `250ms`; spaces around it do not count. A deadline is
 * more than 0 and at most 24 hours, as in any source. A variable that is not set, or empty, changes nothing.
 *
 * The environment is read at each call, once. On Deno, a variable that the program has no permission to read
 * (`--allow-env=FIZ_TTL_RUNTIME`, for example) counts as not set: nothing is asked of the user, and nothing fails.
 *
 * @param prefix What the variables' names begin with: capital letters A to Z, digits and `_`, such as `"FIZ"`.
 * @returns The times, in milliseconds.
 * @throws {InvalidPresetError} If the prefix, or the value of a variable, cannot be used. Its `code` is
 * `"INVALID_PRESET"`; it is no `DiscoveryCacheError`, since this entry shares no class with the main one.
 *
 * @example What has proved good
 * ```ts
 * import { presets } from "@discoverycache/core/presets";
 *
 * const { discoveryTerminal, lockTimeout } = presets("FIZ");
 * if (discoveryTerminal.ttl !== 86_400_000 || discoveryTerminal.refreshDeadline !== 60_000) throw new Error("changed");
 * if (lockTimeout !== 100) throw new Error("changed");
 * ```
 */
export function presets(prefix: string): Presets {
  return readPresets(prefix, (name) => mayReadVariable(name) ? variable(name) : undefined);
}
