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

const decoder = new TextDecoder("utf-8", { fatal: true });

/** An escape of one of the letters of `__proto__` or `constructor`. */
const SPELLING_ESCAPE = /\\u00(?:5f|6[3ef]|7[02345])/i;

/** Whether a JSON text may hold a key that leads to a prototype, however it is spelled. */
function mayReachPrototype(text: string): boolean {
  return text.includes("__proto__") || text.includes("constructor") ||
    (text.includes("\\u00") && SPELLING_ESCAPE.test(text));
}

/** Whether something is an object, or an array. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Removes, from all of a parsed JSON value, the keys that lead to a prototype. Deep data needs no deep stack. */
function dropPrototypeKeys(value: unknown): void {
  const waiting = isObject(value) ? [value] : [];
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    delete object["__proto__"];
    const named = Object.hasOwn(object, "constructor") ? object["constructor"] : undefined;
    if (isObject(named) && Object.hasOwn(named, "prototype")) delete object["constructor"];
    for (const inner of Object.values(object)) if (isObject(inner)) waiting.push(inner);
  }
}

/**
 * The value of JSON bytes that somebody else may have written: in UTF-8, with or without a byte order mark.
 *
 * It is what `JSON.parse` gives, but without what could change a prototype when it is assigned or merged into something:
 * at any depth, a key `__proto__` is dropped, and a key `constructor` whose value is an object with a key `prototype`.
 *
 * @param bytes The bytes.
 * @throws {TypeError} If they are no UTF-8.
 * @throws {SyntaxError} If they are no JSON.
 * @throws {RangeError} If they are nested deeper than the runtime can parse.
 */
export function decodeJson(bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes);
  const value: unknown = JSON.parse(text);
  if (mayReachPrototype(text)) dropPrototypeKeys(value);
  return value;
}
