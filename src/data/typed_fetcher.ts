/**
 * A refresher of typed data as a flight calls it: what it returns is kept only if it can be read again.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { type PresentEntry, presentEntry } from "../entry.ts";
import { CorruptDataError, InvalidPayloadError } from "../errors.ts";
import { isNotModified, nothingToKeep, notModified, refreshContext } from "../fetcher.ts";
import type { Fetcher, RefreshContext } from "../refresher.ts";
import { payloadBytes, reasonOf } from "../refresher_result.ts";
import { showValue } from "../show_value.ts";
import type { StoredData } from "../store.ts";
import type { Codec } from "./codec.ts";
import type { DataDecoder } from "./decoder.ts";

/** What typed data is fetched by. */
export interface TypedFetching<T> {
  /** Calls the refresher. */
  readonly call: (context: RefreshContext<T>) => unknown;
  /** Makes bytes of what it returns. */
  readonly codec: Codec<unknown>;
  /** Reads them again. */
  readonly decoder: DataDecoder<T>;
  /** The time, for the age of what was there before. */
  readonly clock: Clock;
  /** How long data stays fresh, in milliseconds. */
  readonly ttl: number;
}

/** What was there before; `undefined` if it cannot be read. */
async function previousOf<T>(
  { decoder, clock, ttl }: TypedFetching<T>,
  stored: StoredData | undefined,
): Promise<PresentEntry<T> | undefined> {
  if (stored === undefined) return undefined;
  try {
    return presentEntry(await decoder.decode(stored.bytes), stored.capturedAt, ttl, clock.now());
  } catch (error) {
    if (error instanceof CorruptDataError) return undefined;
    throw error;
  }
}

/**
 * Makes the bytes that are kept, and reads them as everybody else will.
 *
 * @param value The data.
 * @param codec Makes bytes of it.
 * @param decoder Reads them again.
 * @throws {InvalidPayloadError} If they cannot be read again, since the schema refuses them for example.
 * @throws What the codec throws.
 */
export async function encodeChecked(
  value: unknown,
  codec: Codec<unknown>,
  decoder: DataDecoder<unknown>,
): Promise<Uint8Array> {
  const made: unknown = codec.encode(value);
  if (typeof made !== "string" && !(made instanceof Uint8Array)) {
    const found = `data of which the codec's encode() made ${showValue(made)}`;
    throw new InvalidPayloadError(found, "a Uint8Array or a string");
  }
  const bytes = payloadBytes(made);
  try {
    await decoder.decode(bytes);
    return bytes;
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error;
    const found = `data that could not be read again (${reasonOf(error.cause)})`;
    throw new InvalidPayloadError(found, "data that the source's codec and schema accept");
  }
}

/** The fetcher of typed data. */
export function typedFetcher<T>(fetching: TypedFetching<T>): Fetcher {
  const { call, codec, decoder } = fetching;
  return async (context) => {
    const previous = await previousOf(fetching, context.stored);
    const keep = previous === undefined ? nothingToKeep : notModified;
    const answer = await call(refreshContext(context, { previous, notModified: keep }));
    return isNotModified(answer) ? answer : await encodeChecked(answer, codec, decoder);
  };
}
