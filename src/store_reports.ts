/**
 * What a store tells of many sources: what it lists and what it prunes.
 *
 * @module
 */

import type { RefreshState } from "./refresh_state.ts";
import type { SourceKey } from "./store_records.ts";

/**
 * A source as a store lists it.
 *
 * @example The largest source of a store
 * ```ts
 * import { type ListedSource, MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * await store.put({ tier: "discovery", name: "models" }, new Uint8Array(2), 1_000);
 * await store.put({ tier: "discovery", name: "prices" }, new Uint8Array(9), 1_000);
 * let largest: ListedSource | undefined;
 * for await (const found of store.list()) {
 *   if ((found.size ?? 0) > (largest?.size ?? 0)) largest = found;
 * }
 * if (largest?.key.name !== "prices") throw new Error("9 bytes are more than 2");
 * ```
 */
export interface ListedSource {
  /** Which source. */
  readonly key: SourceKey;
  /** Size of its data in bytes; `undefined` if there is none. */
  readonly size: number | undefined;
  /** When its data was captured; `undefined` if there is none. */
  readonly capturedAt: number | undefined;
  /** What is going on with it. */
  readonly state: RefreshState;
}

/**
 * What to prune.
 *
 * @example Nothing stays of a tier that went out of use
 * ```ts
 * import { MemoryStore, type PruneRequest } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * const old = { tier: "v1", name: "models" };
 * const present = { tier: "v2", name: "models" };
 * for (const key of [old, present]) await store.put(key, new Uint8Array(2), 1_000);
 * const request: PruneRequest = { keep: () => false, tiers: ["v1"] };
 * await store.prune({ ...request, dryRun: true });
 * if (store.readSync(old) === undefined) throw new Error("it was only asked what would be removed");
 * await store.prune(request);
 * if (store.readSync(old) !== undefined) throw new Error("it is still there");
 * if (store.readSync(present) === undefined) throw new Error("nobody asked for that");
 * ```
 */
export interface PruneRequest {
  /** Whether a source stays. Asked again, with what is then there, before it is removed. */
  readonly keep: (source: ListedSource) => boolean;
  /** The tiers to look at; every tier if left out. */
  readonly tiers?: readonly string[] | undefined;
  /** Only report what would be removed. */
  readonly dryRun?: boolean | undefined;
}

/**
 * What pruning did, or with `dryRun` would do.
 *
 * @example What a clean-up says
 * ```ts
 * import { DiscoveryCache, MemoryStore, type PruneReport } from "@discoverycache/core";
 *
 * const summary = ({ removed, kept, failed }: PruneReport) =>
 *   `${removed.map(({ name }) => name).join(", ")} removed, ${kept} kept, ${failed.length} failed`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const used = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * for (const source of [used, { ...used, name: "unused" }]) await cache.put(source, "[]");
 * const text = summary(await cache.prune([used]));
 * if (text !== "unused removed, 1 kept, 0 failed") throw new Error(text);
 * ```
 */
export interface PruneReport {
  /** The sources that were removed. */
  readonly removed: readonly SourceKey[];
  /** The sources that were to be removed, but are being refreshed. */
  readonly refreshing: readonly SourceKey[];
  /** The sources that stay. */
  readonly kept: number;
  /** What crashed programs had left behind and was removed. */
  readonly litter: readonly string[];
  /** What could not be removed, and why. */
  readonly failed: readonly { readonly what: string; readonly error: unknown }[];
}
