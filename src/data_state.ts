/**
 * What is known of a source's data without reading it: a pure judgement of its time, where its TTL may not be known.
 *
 * @module
 */

import { FUTURE_TOLERANCE_MS, judgeFreshness } from "./freshness.ts";

/**
 * `"unknown"`: there is data, and whether it is fresh depends on a TTL that nobody has named. The TTL is the caller's and
 * not in the store.
 *
 * @example What a table says of each source
 * ```ts
 * import { type DataState, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const words: Record<DataState, string> = { fresh: "good", stale: "old", absent: "none", unknown: "of unknown age" };
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.put(models, "[]");
 * const table: string[] = [];
 * for (const known of [[], [models]]) {
 *   for await (const { source, state } of cache.list(known)) table.push(`${source.name}: ${words[state]}`);
 * }
 * if (table.join() !== "models: of unknown age,models: good") throw new Error(table.join());
 * ```
 */
export type DataState = "fresh" | "stale" | "absent" | "unknown";

/** Data without its bytes: how it stands with it. */
export interface JudgedData {
  /** What its age means. */
  readonly state: DataState;
  /** Milliseconds since it was captured; 0 if that lies in the future, `undefined` if there is no data. */
  readonly age: number | undefined;
}

/**
 * Judges data by its time. One that lies too far in the future is stale whatever its TTL, and so is any time if the TTL
 * is 0.
 *
 * @param capturedAt When the data was captured, milliseconds since the epoch; `undefined` if there is none.
 * @param ttl How long it stays fresh, in milliseconds; `undefined` if that is not known.
 * @param now The reader's time, milliseconds since the epoch.
 */
export function judgeData(capturedAt: number | undefined, ttl: number | undefined, now: number): JudgedData {
  if (capturedAt === undefined) return { state: "absent", age: undefined };
  const { state, age } = judgeFreshness(capturedAt, ttl ?? Infinity, now);
  return { state: ttl === undefined && state === "fresh" ? "unknown" : state, age };
}

/** Whether a time lies too far ahead of its reader's to be believed. Both in milliseconds since the epoch. */
export function isFromTheFuture(time: number, now: number): boolean {
  return time > now + FUTURE_TOLERANCE_MS;
}
