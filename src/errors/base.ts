/**
 * What all errors of this package have in common.
 *
 * @module
 */

/**
 * The base of every error that this package throws by itself.
 *
 * @example One for all that this package throws, and a code to tell which
 * ```ts
 * import { checkName, DiscoveryCacheError } from "@discoverycache/core";
 *
 * let code: string | undefined;
 * try {
 *   checkName("../etc", "name");
 * } catch (error) {
 *   if (!(error instanceof DiscoveryCacheError)) throw error;
 *   code = error.code;
 * }
 * if (code !== "INVALID_NAME") throw new Error("it was accepted");
 * ```
 */
export abstract class DiscoveryCacheError extends Error {
  /** What went wrong, as a literal that stays the same from release to release. */
  abstract readonly code: string;
}
