/**
 * A refresher that is a module of its own, so that another process can load it.
 *
 * @module
 */

import { InvalidOptionError } from "./errors.ts";

/** What is called with what belongs before the context, and the context. */
export type LoadedRefresher = (...given: readonly unknown[]) => unknown;

/** What a module exports. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/**
 * The refresher of a module that was loaded.
 *
 * @param href The module.
 * @param exports What it exports.
 * @returns Its default export.
 * @throws {InvalidOptionError} If that is no function.
 */
export function refresherOf(href: string, exports: ModuleExports): LoadedRefresher {
  const { default: refresher } = exports;
  if (typeof refresher === "function") return refresher as LoadedRefresher;
  const expected = "the refresher: a function that returns a promise of the data";
  throw new InvalidOptionError({ what: `the default export of ${href}`, value: refresher, expected });
}

/**
 * Loads a refresher.
 *
 * @param href The module.
 * @returns Its default export.
 * @throws {InvalidOptionError} If that is no function.
 * @throws What the runtime throws if the module cannot be loaded.
 */
export async function loadRefresher(href: string): Promise<LoadedRefresher> {
  return refresherOf(href, await import(href) as ModuleExports);
}
