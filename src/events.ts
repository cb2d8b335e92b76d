/**
 * What a cache tells about itself: one union of events, and the listeners that hear them.
 *
 * @module
 */

import type { RefreshFailedError, WaitTimeoutError } from "./errors.ts";
import type { AbandonedState, Progress, RefreshingState, SourceKey } from "./store.ts";

/**
 * Something that happened to a source. Times are milliseconds since the epoch, durations milliseconds.
 *
 * @example A log with a line for what went wrong, and nothing else
 * ```ts
 * import { type CacheEvent, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const log: string[] = [];
 * function note(event: CacheEvent): void {
 *   if (event.kind === "failed" || event.kind === "corrupt" || event.kind === "error") {
 *     log.push(`${event.source.name} ${event.kind}: ${event.error}`);
 *   }
 * }
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * cache.on(note);
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ["a"] });
 * await cache.put(models, "no JSON");
 * await models.get();
 * if (log.length !== 1 || !log[0]?.startsWith("models corrupt")) throw new Error(`unreadable, and unsaid: ${log}`);
 * ```
 */
export type CacheEvent =
  /** Data was read, and it was fresh. */
  | { readonly kind: "hit"; readonly source: SourceKey; readonly age: number }
  /** Data was read, and it was stale. */
  | { readonly kind: "stale"; readonly source: SourceKey; readonly age: number }
  /** There was no data to be read. */
  | { readonly kind: "absent"; readonly source: SourceKey }
  /** This process won the right to refresh, for as long as it has promised to need at most. */
  | { readonly kind: "claimed"; readonly source: SourceKey; readonly token: string; readonly deadline: number }
  /** The claim was taken over from somebody who is gone or overdue. */
  | { readonly kind: "recovered"; readonly source: SourceKey; readonly from: AbandonedState }
  /** An earlier failure holds a refresh back. */
  | { readonly kind: "cooling-down"; readonly source: SourceKey; readonly error: RefreshFailedError }
  /** A caller waits for a refresh that goes on in this process. */
  | { readonly kind: "joined"; readonly source: SourceKey }
  /** A caller waits for a refresh that goes on in another process. */
  | { readonly kind: "waiting"; readonly source: SourceKey; readonly state: RefreshingState }
  /** A refresh has come that far: one of this process's, as others can see by now, or one that a caller waits for. */
  | { readonly kind: "progress"; readonly source: SourceKey; readonly progress: Progress }
  /** This process's refresh has put its deadline off, as others can see by now. */
  | { readonly kind: "extended"; readonly source: SourceKey; readonly deadline: number }
  /** This process refreshed, and its data is there; or what was there before, if nothing was modified. */
  | {
    readonly kind: "refreshed";
    readonly source: SourceKey;
    readonly capturedAt: number;
    readonly modified: boolean;
    /** How many bytes. */
    readonly size: number;
    readonly took: number;
  }
  /** Somebody else's data was taken instead of refreshing. */
  | { readonly kind: "adopted"; readonly source: SourceKey; readonly capturedAt: number }
  /** A refresh failed, here or, for a caller who waited for it, elsewhere. */
  | { readonly kind: "failed"; readonly source: SourceKey; readonly error: RefreshFailedError }
  /** This process's refresh came too late, and its data was dropped. */
  | { readonly kind: "superseded"; readonly source: SourceKey }
  /** This process's refresh was given up, since nobody waited any more, and its claim was given back. */
  | { readonly kind: "aborted"; readonly source: SourceKey; readonly reason: unknown }
  /** This process's claim went over to a process of its own, which refreshes from now on. */
  | { readonly kind: "detached"; readonly source: SourceKey; readonly pid: number }
  /** A refresh that was to have a process of its own goes on in this one, and why. */
  | { readonly kind: "not-detached"; readonly source: SourceKey; readonly reason: string }
  /** The data cannot be decoded; it counts as absent. */
  | { readonly kind: "corrupt"; readonly source: SourceKey; readonly error: unknown }
  /** Something in the background went wrong: the store failed, or its lock could not be had. */
  | { readonly kind: "error"; readonly source: SourceKey; readonly error: unknown }
  /** Data was put, whoever refreshed meanwhile. */
  | { readonly kind: "put"; readonly source: SourceKey; readonly capturedAt: number; readonly size: number }
  /** Data was made stale. */
  | { readonly kind: "expired"; readonly source: SourceKey }
  /** A source was deleted. */
  | { readonly kind: "deleted"; readonly source: SourceKey }
  /** A caller would wait no longer, or somebody else's refresh goes on past its deadline. */
  | { readonly kind: "timeout"; readonly source: SourceKey; readonly error: WaitTimeoutError }
  /** A source was pruned. */
  | { readonly kind: "pruned"; readonly source: SourceKey };

/**
 * The literals by which events are told apart.
 *
 * @example How often data was there, and how often not
 * ```ts
 * import { type CacheEventKind, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const counts = new Map<CacheEventKind, number>();
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * cache.on(({ kind }) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ["a"] });
 * for (let call = 1; call <= 3; call++) await models.get();
 * if (counts.get("absent") !== 1 || counts.get("hit") !== 2) throw new Error("only the first had nothing to read");
 * ```
 */
export type CacheEventKind = CacheEvent["kind"];

/**
 * The event of one kind.
 *
 * @example What a refresh brought
 * ```ts
 * import { type CacheEventOf, DiscoveryCache, MemoryStore } from "@discoverycache/core";
 *
 * const told: string[] = [];
 * function tell({ source, size, modified }: CacheEventOf<"refreshed">): void {
 *   told.push(`${source.tier}/${source.name}: ${modified ? `${size} B` : "nothing new"}`);
 * }
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore() });
 * const stop = cache.on("refreshed", tell);
 * const models = cache.source({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh: async () => ["a"] });
 * await models.refresh();
 * stop();
 * await models.refresh();
 * if (told.join() !== "discovery/models: 5 B") throw new Error(told.join());
 * ```
 */
export type CacheEventOf<Kind extends CacheEventKind> = Extract<CacheEvent, { readonly kind: Kind }>;

/** Listeners, and how they are told. */
export class EventHub {
  readonly #listeners = new Set<{ readonly listener: (event: CacheEvent) => void }>();

  /** Adds a listener, and returns what removes it. A function that is added twice is told twice, until removed twice. */
  on(listener: (event: CacheEvent) => void): () => void {
    const registration = { listener };
    this.#listeners.add(registration);
    return () => void this.#listeners.delete(registration);
  }

  /**
   * Tells everybody, at once. What a listener throws is its program's error: it is reported as an uncaught one, as for
   * any event target, and neither the cache nor the other listeners notice.
   */
  emit(event: CacheEvent): void {
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
