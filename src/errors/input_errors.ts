/**
 * Values that cannot be used.
 *
 * @module
 */

import { showValue } from "../show_value.ts";
import { DiscoveryCacheError } from "./base.ts";

/**
 * What an {@linkcode InvalidValueError} is made from.
 *
 * @example An option of a program's own, refused in the same words
 * ```ts
 * import { InvalidOptionError, type InvalidValue } from "@discoverycache/core";
 *
 * const port: InvalidValue = { what: "port", value: 70_000, expected: "a number from 1 to 65535" };
 * const { message } = new InvalidOptionError(port);
 * if (message !== "port cannot be 70000: expected a number from 1 to 65535") throw new Error(message);
 * ```
 */
export interface InvalidValue {
  /** The value, as it was given. */
  readonly value: unknown;
  /** What it was given for, for example `"tier"` or `"ttl"`. */
  readonly what: string;
  /** What would be right, as the end of a sentence that starts with "expected". */
  readonly expected: string;
}

/**
 * What all errors about a value have in common.
 *
 * @example All that is wrong with a form, field by field
 * ```ts
 * import { checkName, InvalidValueError, parseDuration } from "@discoverycache/core";
 *
 * const wrong = new Map<string, string>();
 * for (const check of [() => checkName("open/router", "name"), () => parseDuration("a day", "ttl")]) {
 *   try {
 *     check();
 *   } catch (error) {
 *     if (error instanceof InvalidValueError) wrong.set(error.what, error.expected);
 *   }
 * }
 * if ([...wrong.keys()].join() !== "name,ttl") throw new Error("both are wrong");
 * ```
 */
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

/**
 * A tier or a source's name is none that can safely become a file's name.
 *
 * @example A name that was never meant for a file
 * ```ts
 * import { DiscoveryCache, InvalidNameError, MemoryStore, slug } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const entryOf = (name: string) => cache.readSync({ name, ttl: "24h", refreshDeadline: "10s" });
 * try {
 *   entryOf("https://models.example/v1");
 *   throw new Error("it was accepted");
 * } catch (error) {
 *   if (!(error instanceof InvalidNameError) || error.what !== "name") throw error;
 * }
 * if (entryOf(slug("https://models.example/v1")).state !== "absent") throw new Error("nothing was put");
 * ```
 */
export class InvalidNameError extends InvalidValueError {
  /** The class's name. */
  override readonly name = "InvalidNameError";
  /** The same literal for every error of this class. */
  override readonly code = "INVALID_NAME";
}

/**
 * A duration cannot be read, or is out of its bounds.
 *
 * @example A TTL without a unit
 * ```ts
 * import { InvalidDurationError, parseDuration } from "@discoverycache/core";
 *
 * try {
 *   parseDuration("90", "--ttl");
 *   throw new Error("it was accepted");
 * } catch (error) {
 *   if (!(error instanceof InvalidDurationError)) throw error;
 *   if (error.what !== "--ttl" || !error.expected.includes('"90s"')) throw error;
 * }
 * ```
 */
export class InvalidDurationError extends InvalidValueError {
  /** The class's name. */
  override readonly name = "InvalidDurationError";
  /** The same literal for every error of this class. */
  override readonly code = "INVALID_DURATION";
}

/**
 * An option has a value that cannot be used.
 *
 * @example A root that depends on where the program was started
 * ```ts
 * import { DiscoveryCache, InvalidOptionError } from "@discoverycache/core";
 *
 * try {
 *   new DiscoveryCache({ root: ".cache/fiz" });
 *   throw new Error("it was accepted");
 * } catch (error) {
 *   if (!(error instanceof InvalidOptionError)) throw error;
 *   if (error.what !== "root" || error.value !== ".cache/fiz") throw error;
 * }
 * ```
 */
export class InvalidOptionError extends InvalidValueError {
  /** The class's name. */
  override readonly name = "InvalidOptionError";
  /** The same literal for every error of this class. */
  override readonly code = "INVALID_OPTION";
}
