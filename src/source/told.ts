/**
 * What is told of sources: what there is, and why it is so.
 *
 * @module
 */

import { parseDuration } from "../duration.ts";
import type { Engine } from "../engine.ts";
import { CorruptDataError } from "../errors.ts";
import { explain } from "../explain.ts";
import type { Explanation } from "../explanation.ts";
import { listingOf, type SourceListing } from "../listing.ts";
import { reasonOf } from "../refresher_result.ts";
import { type CheckedSource, checkSource, DEFAULT_TIER, type Source } from "../source_options.ts";
import type { StoredData } from "../store.ts";

/**
 * What a listing has to know to tell fresh from stale: a source's TTL, or that of a family, whose tier it is.
 *
 * @example A list of what is stale, for a program that has only names
 * ```ts
 * import { DiscoveryCache, type KnownTtl, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const clock = { ...systemClock, now: () => now };
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * await cache.put({ name: "models", ttl: "24h", refreshDeadline: "10s" }, "[]");
 * await cache.put({ tier: "pulls", name: "12", ttl: "5m", refreshDeadline: "10s" }, "{}");
 * now += 3_600_000;
 * const known: KnownTtl[] = [{ name: "models", ttl: "24h" }, { tier: "pulls", ttl: 300_000 }];
 * const stale: string[] = [];
 * for await (const { source, state } of cache.list(known)) if (state === "stale") stale.push(source.name);
 * if (stale.join() !== "12") throw new Error("what is in that tier is good for 5 minutes only");
 * ```
 */
export type KnownTtl = Pick<Source, "tier" | "name" | "ttl"> | { readonly tier: string; readonly ttl: number };

/** Why data cannot be decoded; `undefined` if it can be. */
async function corruptionOf(data: StoredData, decode: (bytes: Uint8Array) => unknown): Promise<string | undefined> {
  try {
    await decode(data.bytes);
    return undefined;
  } catch (error) {
    if (error instanceof CorruptDataError) return reasonOf(error.cause);
    throw error;
  }
}

/**
 * Explains a source.
 *
 * @param engine What it runs on.
 * @param source The source.
 * @param decode Decodes its data; nobody tries to if left out.
 */
export async function explainSource(
  { store, clock }: Engine,
  { key, ttl, refreshDeadline }: CheckedSource,
  decode: (bytes: Uint8Array) => unknown = () => {},
): Promise<Explanation> {
  const data = await store.read(key);
  const facts = data && {
    capturedAt: data.capturedAt,
    size: data.bytes.length,
    corrupt: await corruptionOf(data, decode),
  };
  const state = await store.state(key, refreshDeadline);
  return explain({ source: key, ttl, refreshDeadline, data: facts, state, now: clock.now(), self: store.self });
}

/**
 * Lists every source.
 *
 * @param engine What it runs on.
 * @param known What is known of TTLs.
 */
export async function* listSources(
  { store, clock }: Engine,
  known: readonly KnownTtl[],
): AsyncGenerator<SourceListing> {
  const ttls = new Map<string, number>();
  for (const { tier = DEFAULT_TIER, ttl, ...rest } of known) {
    if ("name" in rest) {
      const { label, ttl: checked } = checkSource({ tier, name: rest.name, ttl, refreshDeadline: 1 });
      ttls.set(label, checked);
    } else ttls.set(tier, parseDuration(ttl, "ttl"));
  }
  for await (const listed of store.list()) {
    const { tier, name } = listed.key;
    yield listingOf(listed, clock.now(), ttls.get(`${tier}/${name}`) ?? ttls.get(tier));
  }
}
