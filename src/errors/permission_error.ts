/**
 * What the runtime was not permitted to do.
 *
 * @module
 */

import { DiscoveryCacheError } from "./base.ts";

/**
 * Something cannot be found out, since Deno was not given a permission. It is never asked for: that would block.
 *
 * @example Tell a user how to start the program
 * ```ts
 * import { MissingPermissionError } from "@discoverycache/core";
 *
 * const advice = (error: unknown): string =>
 *   error instanceof MissingPermissionError ? `start it with: deno run ${error.flag} fiz.ts` : String(error);
 * // userCacheDir() throws it, where Deno was given no permission:
 * const error = new MissingPermissionError("HOME", "--allow-env=HOME", "give the cache a root yourself");
 * if (advice(error) !== "start it with: deno run --allow-env=HOME fiz.ts") throw error;
 * ```
 */
export class MissingPermissionError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "MissingPermissionError";
  /** The same literal for every error of this class. */
  override readonly code = "MISSING_PERMISSION";
  /** What could not be read, for example `"HOME"`. */
  readonly what: string;
  /** The flag that permits it, for example `"--allow-env=XDG_CACHE_HOME,HOME"`. */
  readonly flag: string;

  /**
   * Makes the error and its message.
   *
   * @param what What could not be read.
   * @param flag The flag that permits it.
   * @param otherwise What would do as well, as the end of the sentence.
   */
  constructor(what: string, flag: string, otherwise: string) {
    super(`Deno may not read ${what}: run it with ${flag}, or ${otherwise}`);
    this.what = what;
    this.flag = flag;
  }
}
