/**
 * Bytes as a part of a line of JSON.
 *
 * @module
 */

import { system } from "./system.ts";

/** Bytes as base64, and how many they are: of a line into which somebody wrote, that is not right any more. */
export interface Packed {
  /** The bytes. */
  readonly base64: string;
  /** How many. */
  readonly length: number;
}

/** Packs bytes. */
export function pack({ buffer, byteOffset, length }: Uint8Array): Packed {
  const { Buffer } = system().getBuiltinModule("node:buffer");
  return { base64: Buffer.from(buffer, byteOffset, length).toString("base64"), length };
}

/**
 * Unpacks bytes.
 *
 * @throws {RangeError} If they are more or less than were packed.
 */
export function unpack({ base64, length }: Packed): Uint8Array {
  const { Buffer } = system().getBuiltinModule("node:buffer");
  const found = Buffer.from(base64, "base64");
  if (found.length !== length) throw new RangeError(`${found.length} bytes instead of ${length}`);
  // Not the runtime's own class: of that, a slice is no copy.
  return new Uint8Array(found.buffer, found.byteOffset, length);
}
