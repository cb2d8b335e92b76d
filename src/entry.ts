/**
 * What a read returns.
 *
 * @module
 */

import { judgeFreshness } from "./freshness.ts";

/**
 * Data, and how old it is.
 *
 * @example To ask only for what is new since the last time
 * ```ts
 * import { DiscoveryCache, MemoryStore, type PresentEntry, systemClock } from "@discoverycache/core";
 *
 * // In a program: fetch(`${url}?since=${before?.capturedAt ?? 0}`)
 * const news = async (before: PresentEntry<readonly string[]> | undefined) =>
 *   before === undefined ? ["everything"] : [...before.data, `what is new since ${before.capturedAt}`];
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => 1_000 } });
 * const refresh = ({ previous }: { previous: PresentEntry<readonly string[]> | undefined }) => news(previous);
 * const log = cache.source({ name: "log", ttl: "5m", refreshDeadline: "10s", refresh });
 * await log.refresh();
 * const { data } = await log.refresh();
 * if (data.join() !== "everything,what is new since 1000") throw new Error(data.join());
 * ```
 */
export interface PresentEntry<T> {
  /** Whether the data is younger than its TTL. */
  readonly state: "fresh" | "stale";
  /** The data. */
  readonly data: T;
  /** Milliseconds since it was captured. */
  readonly age: number;
  /** When the refresher returned it, milliseconds since the epoch. */
  readonly capturedAt: number;
}

/**
 * No data.
 *
 * @example Which sources have never been refreshed
 * ```ts
 * import { type AbsentEntry, DiscoveryCache, type Entry, MemoryStore } from "@discoverycache/core";
 *
 * const isAbsent = (entry: Entry<unknown>): entry is AbsentEntry => entry.state === "absent";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const times = { ttl: "24h", refreshDeadline: "10s" };
 * const sources = ["models", "prices"].map((name) => cache.source({ name, ...times, refresh: async () => name }));
 * await sources[0]?.refresh();
 * const missing = sources.filter((source) => isAbsent(source.readSync()));
 * if (missing.map(({ name }) => name).join() !== "prices") throw new Error("the other one was refreshed");
 * ```
 */
export interface AbsentEntry {
  /** There is none. */
  readonly state: "absent";
  /** Nothing. */
  readonly data: undefined;
  /** Nothing has no age. */
  readonly age: 0;
  /** Nothing was captured. */
  readonly capturedAt: undefined;
}

/**
 * What a read returns: data and its age, or the absence of both.
 *
 * @example One line of a status bar
 * ```ts
 * import { DiscoveryCache, type Entry, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * const line = (entry: Entry<number>) =>
 *   entry.state === "absent" ? "load: not known yet" : `load: ${entry.data}, ${entry.age / 1_000} s ago`;
 *
 * let now = 1_000;
 * const cache = new DiscoveryCache({ store: new MemoryStore(), clock: { ...systemClock, now: () => now } });
 * const load = cache.source({ name: "load", ttl: "5s", refreshDeadline: "1s", refresh: async () => 0.5 });
 * const lines = [line(await load.read())];
 * await load.refresh();
 * now += 3_000;
 * lines.push(line(await load.read()));
 * if (lines.join() !== "load: not known yet,load: 0.5, 3 s ago") throw new Error(lines.join());
 * ```
 */
export type Entry<T = Uint8Array> = PresentEntry<T> | AbsentEntry;

/**
 * New data, and whose refresh brought it.
 *
 * @example Two who want new data at the same time
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshedEntry } from "@discoverycache/core";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const refresh = async () => crypto.randomUUID();
 * const session = cache.source({ name: "session", ttl: "1h", refreshDeadline: "10s", refresh });
 * const both: RefreshedEntry<string>[] = await Promise.all([session.refresh(), session.refresh()]);
 * const own = both.filter(({ origin }) => origin === "refreshed");
 * if (own.length !== 1 || both[0]?.data !== both[1]?.data) throw new Error("refreshed twice");
 * ```
 */
export interface RefreshedEntry<T = Uint8Array> extends PresentEntry<T> {
  /** `"refreshed"`: this call's own refresh. `"joined"`: somebody else's, in this process or another. */
  readonly origin: "refreshed" | "joined";
}

/**
 * Data, and where it came from.
 *
 * @example A line for the log that says where the data came from
 * ```ts
 * import { DiscoveryCache, MemoryStore, type ObtainedEntry } from "@discoverycache/core";
 *
 * const line = ({ origin, data }: ObtainedEntry) =>
 *   origin === "hit" || origin === "stale" ? `${data.length} bytes from the cache` : "asked the cluster";
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const nodes = { name: "nodes", ttl: "5m", refreshDeadline: "30s" };
 * const first = line(await cache.refreshIfStale(nodes, async () => "node-1"));
 * const second = line(await cache.refreshIfStale(nodes, async () => "node-2"));
 * if (first !== "asked the cluster" || second !== "6 bytes from the cache") throw new Error(`${first}; ${second}`);
 * ```
 */
export interface ObtainedEntry<T = Uint8Array> extends PresentEntry<T> {
  /** `"hit"`: it was there, and fresh. `"stale"`: it was there. `"refreshed"`, `"joined"`: it is new. */
  readonly origin: "hit" | "stale" | "refreshed" | "joined";
}

/** The entry of a source without data. */
export const ABSENT: AbsentEntry = { state: "absent", data: undefined, age: 0, capturedAt: undefined };

/**
 * The entry of data.
 *
 * @param data The data.
 * @param capturedAt When it was captured, milliseconds since the epoch.
 * @param ttl How long it stays fresh, in milliseconds.
 * @param now The reader's time, milliseconds since the epoch.
 */
export function presentEntry<T>(data: T, capturedAt: number, ttl: number, now: number): PresentEntry<T> {
  return { ...judgeFreshness(capturedAt, ttl, now), data, capturedAt };
}
