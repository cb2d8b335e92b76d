/**
 * Data in JSON, with what is known of it. Large data is encoded in parts: no string has to hold all of it.
 *
 * @module
 */

import type { Given, GiveRequest } from "./given.ts";

/** How much is encoded at a time, in bytes: a multiple of 3, so that parts of base64 can be put one after the other. */
const PART_BYTES = 3 * 64 * 1_024;

const encoder = new TextEncoder();

function* parts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PART_BYTES) yield bytes.subarray(from, from + PART_BYTES);
}

/** The text of UTF-8, in parts. */
function* textOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (const part of parts(bytes)) yield decoder.decode(part, { stream: true });
  yield decoder.decode();
}

function isText(bytes: Uint8Array): boolean {
  try {
    for (const _ of textOf(bytes));
    return true;
  } catch {
    return false;
  }
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The inside of a JSON string, in parts. */
function* encoded(bytes: Uint8Array, text: boolean): Generator<Uint8Array> {
  if (text) { for (const part of textOf(bytes)) yield encoder.encode(JSON.stringify(part).slice(1, -1)); }
  else for (const part of parts(bytes)) yield encoder.encode(base64(part));
}

/** What is known of data, without the data. */
function knownOf({ tier, name, ttl }: GiveRequest["source"], given: Given, text: boolean) {
  const { origin, state, age, capturedAt, failure, data } = given;
  const refreshError = failure && { reason: failure.reason, retryAt: new Date(failure.retryAt).toISOString() };
  return {
    source: `${tier}/${name}`,
    origin,
    state,
    // Some file systems know times better than that.
    age: Math.round(age),
    ...ttl !== undefined && { ttl },
    capturedAt: new Date(capturedAt).toISOString(),
    ...refreshError && { refreshError },
    size: data.length,
    encoding: text ? "utf8" : "base64",
  };
}

/**
 * The envelope, in parts: one JSON object on one line.
 *
 * @param source Which source.
 * @param given Its data, and what is known of it.
 * @param stderr What CMD wrote to standard error, if that is wanted.
 */
export function* envelope(
  source: GiveRequest["source"],
  given: Given,
  stderr: Uint8Array | undefined,
): Generator<Uint8Array> {
  const text = isText(given.data);
  const said = stderr === undefined ? {} : { stderr: new TextDecoder().decode(stderr) };
  const head = JSON.stringify({ ...knownOf(source, given, text), ...said });
  yield encoder.encode(`${head.slice(0, -1)},"data":"`);
  yield* encoded(given.data, text);
  yield encoder.encode('"}\n');
}
