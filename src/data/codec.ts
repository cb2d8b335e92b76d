/**
 * How a source's data becomes bytes, and data again.
 *
 * @module
 */

import { InvalidOptionError } from "../errors.ts";
import { decodeJson, encodeJson } from "../json_payload.ts";

/**
 * Makes bytes of data, and data of bytes.
 *
 * @example A map, which JSON alone would lose
 * ```ts
 * import { type Codec, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const pairs: Codec<Map<string, string>> = {
 *   encode: (map) => JSON.stringify([...map]),
 *   decode: (bytes) => new Map(JSON.parse(new TextDecoder().decode(bytes))),
 * };
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async () => new Map([["fast", "model-1"]]);
 * const aliases = cache.source({ name: "aliases", ttl: "24h", refreshDeadline: "10s", codec: pairs, refresh });
 * const model = (await aliases.get()).get("fast");
 * if (model !== "model-1") throw new Error("not the map that was kept");
 * ```
 */
export interface Codec<T> {
  /**
   * Makes bytes, or a text that is kept as UTF-8.
   *
   * @param value The data.
   * @throws Whatever says why it cannot: the refresh has failed then.
   */
  encode(value: T): Uint8Array | string;
  /**
   * Makes data.
   *
   * @param bytes What `encode` made, in this program or another version of it. They are the codec's own.
   * @throws Whatever says why it cannot: the data counts as absent then.
   */
  decode(bytes: Uint8Array): T;
}

/**
 * Checks something that is to be a codec.
 *
 * @param codec It.
 * @param what What errors call it.
 * @throws {InvalidOptionError} If it is none.
 */
export function checkCodec(codec: unknown, what: string): asserts codec is Codec<unknown> {
  const { encode, decode } = Object(codec) as Partial<Codec<unknown>>;
  if (typeof encode === "function" && typeof decode === "function") return;
  const expected = "an object with encode(value) and decode(bytes)";
  throw new InvalidOptionError({ what, value: codec, expected });
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is used if a source names no codec: JSON. */
export const jsonCodec: Codec<unknown> = { encode: encodeJson, decode: decodeJson };

/**
 * Keeps a text as it is, as UTF-8.
 *
 * @example What a command printed
 * ```ts
 * import { DiscoveryCache, MemoryStore, textCodec } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const nodes = cache.source({
 *   name: "nodes",
 *   ttl: "5m",
 *   refreshDeadline: "30s",
 *   codec: textCodec,
 *   refresh: async () => "node-1\nnode-2\n",
 * });
 * const text = await nodes.get();
 * if (text.split("\n").length !== 3) throw new Error("two lines");
 * ```
 */
export const textCodec: Codec<string> = { encode: (text) => text, decode: (bytes) => utf8.decode(bytes) };

/**
 * Keeps bytes as they are.
 *
 * @example A picture
 * ```ts
 * import { bytesCodec, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const icon = cache.source({
 *   name: "icon",
 *   ttl: "7d",
 *   refreshDeadline: "10s",
 *   codec: bytesCodec,
 *   refresh: async () => new Uint8Array([137, 80, 78, 71]),
 * });
 * const bytes = await icon.get(); // every caller's own
 * if (bytes[0] !== 137) throw new Error("not what was kept");
 * ```
 */
export const bytesCodec: Codec<Uint8Array> = { encode: (bytes) => bytes, decode: (bytes) => bytes };
