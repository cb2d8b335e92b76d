/**
 * Where a user's caches belong.
 *
 * @module
 */

import { isAbsolutePath } from "./absolute_path.ts";
import { mayReadVariable, type System, system, variable } from "./adapters/environment.ts";
import { InvalidOptionError, MissingPermissionError } from "./errors.ts";
import { checkName } from "./source_name.ts";

/** What is known of the environment's variables. */
export interface Variables {
  /** The value of one; `undefined` if it is not set or empty. */
  get(name: string): string | undefined;
  /** Whether it may be read. */
  mayRead(name: string): boolean;
}

/** A variable that may name a folder, and where the caches are below that. */
interface Place {
  readonly variable: string;
  readonly below: readonly string[];
  /** A relative path in it is passed over without a word. */
  readonly ignoresRelative?: boolean;
}

/** Where each system keeps the caches of a user: the first place that the environment knows. */
const PLACES: Readonly<Record<System, readonly Place[]>> = {
  linux: [
    // The XDG specification wants relative paths to be ignored.
    { variable: "XDG_CACHE_HOME", below: [], ignoresRelative: true },
    { variable: "HOME", below: [".cache"] },
  ],
  darwin: [{ variable: "HOME", below: ["Library", "Caches"] }],
  windows: [
    { variable: "LOCALAPPDATA", below: [] },
    // What it is by default. Services and tools that clear the environment often leave this one.
    { variable: "USERPROFILE", below: ["AppData", "Local"] },
  ],
};

const OTHERWISE = "give the cache a root yourself";

/**
 * The folder of a program's cache, by the custom of a system.
 *
 * @param app The program's name.
 * @param os The system.
 * @param variables The environment.
 */
export function cacheDirFor(app: string, os: System, variables: Variables): string {
  const places = PLACES[os];
  const isAbsolute = os === "windows" ? isAbsolutePath : (path: string) => path.startsWith("/");
  for (const { variable: what, below, ignoresRelative } of places) {
    // Not simply the next place: the same program must not have one cache with the permission and one without.
    if (!variables.mayRead(what)) throw new MissingPermissionError(what, flagFor(places), OTHERWISE);
    const base = variables.get(what);
    if (base === undefined) continue;
    if (isAbsolute(base)) return joined(os, base, [...below, app]);
    if (ignoresRelative === true) continue;
    throw new InvalidOptionError({ what, value: base, expected: `the absolute path of a folder; or ${OTHERWISE}` });
  }
  throw new InvalidOptionError({
    what: places.map((place) => place.variable).join(" or "),
    value: undefined,
    expected: `an environment variable that names a folder; or ${OTHERWISE}`,
  });
}

/** Deno's permission to read what may be needed. */
function flagFor(places: readonly Place[]): string {
  return `--allow-env=${places.map((place) => place.variable).join(",")}`;
}

/** A path below a folder, which may have separators at its end. */
function joined(os: System, base: string, below: readonly string[]): string {
  const [ends, separator] = os === "windows" ? [/[\\/]+$/, "\\"] as const : [/\/+$/, "/"] as const;
  return [base.replace(ends, ""), ...below].join(separator);
}

/**
 * The folder in which a program of this user should keep its cache.
 *
 * - Linux and other Unixes: `$XDG_CACHE_HOME/<app>`, or `~/.cache/<app>` where that variable is not set, or relative (XDG
 *   Base Directory Specification).
 * - macOS: `~/Library/Caches/<app>`.
 * - Windows: `%LOCALAPPDATA%\<app>`, or `%USERPROFILE%\AppData\Local\<app>` where that variable is not set.
 *
 * `~` is what `HOME` says. On Deno this takes the permission to read these variables: `--allow-env=XDG_CACHE_HOME,HOME` on
 * Linux, `HOME` on macOS, `LOCALAPPDATA,USERPROFILE` on Windows. It never prompts for it. The folder is not made.
 *
 * @param app The program's name, a valid name for a source, too.
 * @returns The path, an absolute one.
 * @throws {InvalidNameError} If the name cannot be used.
 * @throws {InvalidOptionError} If the environment does not say where the user's folders are.
 * @throws {MissingPermissionError} If Deno may not read a variable; it names the flag.
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
  return cacheDirFor(checkName(app, "app"), system(), { get: variable, mayRead: mayReadVariable });
}
