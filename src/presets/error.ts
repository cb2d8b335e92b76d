/**
 * What is wrong with a prefix or a variable.
 *
 * @module
 */

import { showValue } from "../show_value.ts";

/**
 * What an {@linkcode InvalidPresetError} is made from.
 *
 * @example A variable of one's own, refused in the same words
 * ```ts
 * import { InvalidPresetError, type InvalidPresetErrorOptions } from "@discoverycache/core/presets";
 *
 * const expected = "a whole number from 1 to 9";
 * const refused = (value: string): InvalidPresetErrorOptions => ({ what: "FIZ_RETRIES", value, expected });
 * const { message } = new InvalidPresetError(refused("many"));
 * if (message !== 'FIZ_RETRIES cannot be "many": expected a whole number from 1 to 9') throw new Error(message);
 * ```
 */
export interface InvalidPresetErrorOptions {
  /** The variable's name, or `"prefix"`. */
  readonly what: string;
  /** What was found. */
  readonly value: unknown;
  /** What would be right, as the end of a sentence that starts with "expected". */
  readonly expected: string;
}

/**
 * The prefix, or the value of a variable, cannot be used.
 *
 * Not a `DiscoveryCacheError`: in the package for npm each entry is a file of its own, so a class that two of them held
 * would be two classes, and `instanceof` would depend on where the package came from. Compare the `code`, or this class.
 *
 * @example A prefix that no variable's name can begin with
 * ```ts
 * import { InvalidPresetError, presets } from "@discoverycache/core/presets";
 *
 * let told: string | undefined;
 * try {
 *   presets("my-app");
 * } catch (error) {
 *   if (!(error instanceof InvalidPresetError)) throw error;
 *   told = `${error.code}: ${error.what}`;
 * }
 * if (told !== "INVALID_PRESET: prefix") throw new Error("it was accepted");
 * ```
 */
export class InvalidPresetError extends Error {
  /** The class's name. */
  override readonly name = "InvalidPresetError";
  /** The same literal for every error of this class. */
  readonly code = "INVALID_PRESET";
  /** The variable's name, or `"prefix"`. */
  readonly what: string;
  /** What was found. */
  readonly value: unknown;
  /** What would be right. */
  readonly expected: string;

  /**
   * Makes the error and its message.
   *
   * @param options The variable, what was found in it, and what would be right.
   */
  constructor(options: InvalidPresetErrorOptions) {
    const { what, value, expected } = options;
    super(`${what} cannot be ${showValue(value)}: expected ${expected}`);
    this.what = what;
    this.value = value;
    this.expected = expected;
  }
}
