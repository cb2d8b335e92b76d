/**
 * What is going on with a source.
 *
 * Times are wall-clock milliseconds since the epoch.
 *
 * @module
 */

import type { Owner, Progress } from "./store_records.ts";

/**
 * No refresh is under way, and none is held back.
 *
 * @example Nothing holds a refresh back, but the last one failed
 * ```ts
 * import { type IdleState, MemoryStore } from "@discoverycache/core";
 *
 * const advice = ({ attempts, lastError }: IdleState) => attempts === 0 ? "well" : `try again: ${lastError}`;
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "models" };
 * const before = await store.state(key);
 * if (before.kind !== "idle" || advice(before) !== "well") throw new Error("nothing has happened yet");
 * const answer = store.tryClaim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind === "claimed") await store.fail(answer.claim, { message: "no such host", retryAt: 0 });
 * const after = await store.state(key);
 * if (after.kind !== "idle" || advice(after) !== "try again: no such host") throw new Error("the reason is lost");
 * ```
 */
export interface IdleState {
  /** Which state this is. */
  readonly kind: "idle";
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** Why the last of them failed. */
  readonly lastError: string | undefined;
}

/**
 * Somebody refreshes.
 *
 * @example Who refreshes, and for how long already
 * ```ts
 * import {
 *   DiscoveryCache,
 *   formatDuration,
 *   MemoryStore,
 *   type RefreshingState,
 *   systemClock,
 * } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const clock = { ...systemClock, now: () => now };
 * const describe = ({ owner, startedAt }: RefreshingState) =>
 *   `process ${owner.pid}, ${formatDuration(now - startedAt)}`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock, pid: 4711 }), clock });
 * const seen: string[] = [];
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.refresh(models, async () => {
 *   now += 2_500;
 *   const state = await cache.refreshState(models);
 *   if (state.kind === "refreshing") seen.push(describe(state));
 *   return "[]";
 * });
 * if (seen.join() !== "process 4711, 2.5s") throw new Error(`nobody refreshes: ${seen}`);
 * ```
 */
export interface RefreshingState {
  /** Which state this is. */
  readonly kind: "refreshing";
  /** The claim's token; `undefined` if a program that writes none made it. */
  readonly token: string | undefined;
  /** Who refreshes. */
  readonly owner: Owner;
  /** Since when. */
  readonly startedAt: number;
  /** By when it promised to be done. */
  readonly deadline: number;
  /** How many tries had failed before this one. */
  readonly attempts: number;
  /** What the refresher last reported. */
  readonly progress: Progress | undefined;
}

/**
 * The last refresh failed, and the next is held back for a while.
 *
 * @example When it is tried again
 * ```ts
 * import {
 *   type CoolingDownState,
 *   DiscoveryCache,
 *   formatDuration,
 *   MemoryStore,
 *   systemClock,
 * } from "@discoverycache/core";
 *
 * const clock = { ...systemClock, now: () => 1_000, random: () => 0.25 };
 * const describe = ({ lastError, retryAt }: CoolingDownState) =>
 *   `${lastError}; again in ${formatDuration(retryAt - clock.now())}`;
 *
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * await cache.refresh(models, () => Promise.reject(new Error("no such host"))).catch(() => {});
 * const state = await cache.refreshState(models);
 * if (state.kind !== "cooling-down") throw new Error("every call would ask again");
 * if (describe(state) !== "no such host; again in 250ms") throw new Error(describe(state));
 * ```
 */
export interface CoolingDownState {
  /** Which state this is. */
  readonly kind: "cooling-down";
  /** The token of the claim that failed; `undefined` if a program that writes none made it. */
  readonly token: string | undefined;
  /** Who failed. */
  readonly owner: Owner;
  /** When it failed. */
  readonly startedAt: number;
  /** Why. */
  readonly lastError: string;
  /** How many tries have failed since the last success. */
  readonly attempts: number;
  /** When a refresh that is not forced may be tried again. */
  readonly retryAt: number;
}

/**
 * A refresh was begun and never ended; the next claim takes it over.
 *
 * @example What became of a refresh that never ended
 * ```ts
 * import { type AbandonedState, DiscoveryCache, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const clock = { ...systemClock, now: () => now };
 * const store = new MemoryStore({ clock, pid: 4711 });
 * store.tryClaim({ tier: "discovery", name: "models" }, { refreshDeadline: 5_000, newerThan: 0, force: false });
 * now += 60_000;
 *
 * const cache = new DiscoveryCache({ store, clock });
 * const log: string[] = [];
 * const describe = ({ owner, reason }: AbandonedState) => `process ${owner.pid}: ${reason}`;
 * cache.on("recovered", ({ from }) => log.push(describe(from)));
 * await cache.refresh({ name: "models", ttl: "24h", refreshDeadline: "5s" }, async () => await Promise.resolve("[]"));
 * if (log.join() !== "process 4711: overdue") throw new Error(`it went unnoticed: ${log}`);
 * ```
 */
export interface AbandonedState {
  /** Which state this is. */
  readonly kind: "abandoned";
  /** The claim's token; `undefined` if a program that writes none made it. */
  readonly token: string | undefined;
  /** Who began it. */
  readonly owner: Owner;
  /** When it was begun. */
  readonly startedAt: number;
  /** By when it promised to be done. */
  readonly deadline: number;
  /** How many tries had failed before this one. */
  readonly attempts: number;
  /** Its owner is gone, or lives on far past its deadline, or wrote times that cannot be. */
  readonly reason: "owner-gone" | "overdue" | "impossible-times";
}

/**
 * What is going on with a source.
 *
 * @example A column of a status page
 * ```ts
 * import { DiscoveryCache, MemoryStore, type RefreshState, systemClock } from "@discoverycache/core";
 *
 * const column: { readonly [Kind in RefreshState["kind"]]: string } = {
 *   "idle": "",
 *   "refreshing": "is refreshed",
 *   "cooling-down": "failed",
 *   "abandoned": "was given up",
 * };
 * const clock = { ...systemClock, now: () => 1_000, random: () => 0.5 };
 * const cache = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
 * const refresh = () => Promise.reject(new Error("no such host"));
 * const models = cache.source<string[]>({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
 * const show = (state: RefreshState) => `${models.name} ${column[state.kind]}`;
 * await models.get().catch(() => {});
 * if (show(await models.state()) !== "models failed") throw new Error("the page shows no failure");
 * ```
 */
export type RefreshState = IdleState | RefreshingState | CoolingDownState | AbandonedState;
