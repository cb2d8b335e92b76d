/**
 * A refresher that is a module of its own, so that another process can load it.
 *
 * @module
 */

import { InvalidOptionError } from "./errors.ts";

/**
 * Loads a refresher.
 *
 * @param href The module.
 * @param load Loads it; `import` if left out.
 * @returns Its default export.
 * @throws {InvalidOptionError} If that is no function.
 * @throws What the runtime throws if the module cannot be loaded.
 */
export async function loadRefresher(
  href: string,
  load: () => Promise<unknown> = () => import(href),
): Promise<(...given: readonly unknown[]) => unknown> {
  const { default: refresher } = await load() as { readonly default?: unknown };
  if (typeof refresher === "function") return refresher as (...given: readonly unknown[]) => unknown;
  const expected = "the refresher: a function that returns a promise of the data";
  throw new InvalidOptionError({ what: `the default export of ${href}`, value: refresher, expected });
}
