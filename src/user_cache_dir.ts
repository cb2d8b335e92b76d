/**
 * Where a user's caches belong.
 *
 * @module
 */

import { type System, system, variable } from "./adapters/environment.ts";
import { InvalidOptionError } from "./errors.ts";
import { checkName } from "./source_name.ts";

/**
 * The folder of a program's cache, by the custom of a system.
 *
 * @param app The program's name.
 * @param os The system.
 * @param env Looks up an environment variable.
 */
export function cacheDirFor(app: string, os: System, env: (name: string) => string | undefined): string {
  const under = (base: string, ...rest: string[]) => [base, ...rest, app].join("/");
  if (os === "windows") {
    const local = env("LOCALAPPDATA");
    if (local !== undefined) return under(local);
  } else {
    const xdg = os === "linux" ? env("XDG_CACHE_HOME") : undefined;
    // The XDG specification wants relative paths to be ignored.
    if (xdg?.startsWith("/")) return under(xdg);
    const home = env("HOME");
    if (home !== undefined) return os === "darwin" ? under(home, "Library", "Caches") : under(home, ".cache");
  }
  throw new InvalidOptionError({
    what: os === "windows" ? "LOCALAPPDATA" : "HOME",
    value: undefined,
    expected: "an environment variable that names a folder; or give the cache a root yourself",
  });
}

/**
 * The folder in which a program of this user should keep its cache.
 *
 * On Linux `$XDG_CACHE_HOME/<app>`, or `~/.cache/<app>` (XDG Base Directory Specification); on macOS
 * `~/Library/Caches/<app>`; on Windows `%LOCALAPPDATA%\<app>`. On Deno it needs the permission to read these variables
 * (`--allow-env=XDG_CACHE_HOME,HOME`, or `LOCALAPPDATA`). The folder is not made.
 *
 * @param app The program's name, a valid name for a source, too.
 * @returns The path.
 * @throws {InvalidNameError} If the name cannot be used.
 * @throws {InvalidOptionError} If the environment does not say where the user's folders are.
 *
 * @example The root of a program's cache
 * ```ts
 * import { DiscoveryCache, userCacheDir } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ root: userCacheDir("fiz") });
 * cache.on("error", ({ error }) => console.error(error));
 * ```
 */
export function userCacheDir(app: string): string {
  return cacheDirFor(checkName(app, "app"), system(), variable);
}
