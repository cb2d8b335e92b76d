/**
 * What all errors of this package have in common.
 *
 * @module
 */

/** The base of every error that this package throws by itself. */
export abstract class DiscoveryCacheError extends Error {
  /** What went wrong, as a literal that stays the same from release to release. */
  abstract readonly code: string;
}
