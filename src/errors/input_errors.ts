/**
 * Values that cannot be used.
 *
 * @module
 */

import { showValue } from "../show_value.ts";
import { DiscoveryCacheError } from "./base.ts";

/** What an {@linkcode InvalidValueError} is made from. */
export interface InvalidValue {
  /** The value, as it was given. */
  readonly value: unknown;
  /** What it was given for, for example `"tier"` or `"ttl"`. */
  readonly what: string;
  /** What would be right, as the end of a sentence that starts with "expected". */
  readonly expected: string;
}

/** What all errors about a value have in common. */
export abstract class InvalidValueError extends DiscoveryCacheError {
  /** The value, as it was given. */
  readonly value: unknown;
  /** What it was given for, for example `"tier"` or `"ttl"`. */
  readonly what: string;
  /** What would be right. */
  readonly expected: string;

  /**
   * Makes the error and its message.
   *
   * @param invalid The value, what it was given for, and what would be right.
   */
  constructor(invalid: InvalidValue) {
    const { value, what, expected } = invalid;
    super(`${what} cannot be ${showValue(value)}: expected ${expected}`);
    this.value = value;
    this.what = what;
    this.expected = expected;
  }
}

/** A tier or a source's name is none that can safely become a file's name. */
export class InvalidNameError extends InvalidValueError {
  /** The class's name. */
  override readonly name = "InvalidNameError";
  /** The same literal for every error of this class. */
  override readonly code = "INVALID_NAME";
}

/** A duration cannot be read, or is out of its bounds. */
export class InvalidDurationError extends InvalidValueError {
  /** The class's name. */
  override readonly name = "InvalidDurationError";
  /** The same literal for every error of this class. */
  override readonly code = "INVALID_DURATION";
}

/** An option has a value that cannot be used. */
export class InvalidOptionError extends InvalidValueError {
  /** The class's name. */
  override readonly name = "InvalidOptionError";
  /** The same literal for every error of this class. */
  override readonly code = "INVALID_OPTION";
}
