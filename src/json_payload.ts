/**
 * What typed sources keep: JSON.
 *
 * @module
 */

import { InvalidPayloadError } from "./errors.ts";
import { showValue } from "./show_value.ts";

/**
 * A refresher's answer as JSON.
 *
 * @param value What it returned.
 * @throws {InvalidPayloadError} If JSON cannot hold it.
 */
export function encodeJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new InvalidPayloadError(showValue(value), "a value that JSON can hold");
  return text;
}
