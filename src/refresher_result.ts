/**
 * What a refresher returned or threw, in the form in which it is kept.
 *
 * @module
 */

import { InvalidPayloadError } from "./errors.ts";
import { showValue } from "./show_value.ts";

const encoder = new TextEncoder();

/**
 * The bytes of what a refresher returned.
 *
 * @param payload What it returned.
 * @param how How it came, in words, if not from a refresher.
 * @throws {InvalidPayloadError} If that is neither text nor bytes.
 */
export function payloadBytes(payload: unknown, how?: string): Uint8Array {
  if (typeof payload === "string") return encoder.encode(payload);
  // Of a Buffer, a slice would be no copy.
  if (payload instanceof Uint8Array) return new Uint8Array(payload);
  throw new InvalidPayloadError(showValue(payload), "a Uint8Array or a string", how);
}

/** The longest text that a refresh leaves for others, in characters: an error may quote a whole page. */
export const LONGEST_TEXT: number = 2_000;

/** A text for other processes and for people, whatever was thrown. */
export function reasonOf(error: unknown): string {
  try {
    const text = String(error instanceof Error ? error.message || error.name : error);
    return text === "" ? "unknown error" : text;
  } catch {
    // An object that cannot be made a text, for example one without a prototype.
    return "unknown error";
  }
}
