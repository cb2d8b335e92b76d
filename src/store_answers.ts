/**
 * What a store is asked, and what it answers.
 *
 * @module
 */

import type { LockHolder } from "./errors.ts";
import type { AbandonedState, CoolingDownState, RefreshingState } from "./refresh_state.ts";
import type { Claim } from "./store_records.ts";

export type { LockHolder };

/**
 * How long to try for a lock.
 *
 * @example What is put off until the lock is free ends with the program
 * ```ts
 * import { type LockOptions, MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "models" };
 * const program = new AbortController();
 * const patient: LockOptions = { lockTimeout: 30_000, signal: program.signal };
 * program.abort(new Error("the program ends"));
 * const error = await store.put(key, new Uint8Array(2), 1_000, patient).catch((error) => error);
 * if (error?.message !== "the program ends") throw new Error("it is tried on and on");
 * if (store.readSync(key) !== undefined) throw new Error("it was put all the same");
 * ```
 */
export interface LockOptions {
  /** Milliseconds to try for; what is left out means seconds for a commit and 100 ms for a claim. */
  readonly lockTimeout?: number | undefined;
  /** Ends the trying: the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the pauses between two tries keep the process alive; `true` if left out. */
  readonly keepAlive?: boolean | undefined;
}

/**
 * What is asked for with a claim.
 *
 * @example Asked for by hand: a failure that cools down is no obstacle
 * ```ts
 * import { type ClaimRequest, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * const store = new MemoryStore({ clock: { ...systemClock, now: () => 1_000 } });
 * const key = { tier: "discovery", name: "models" };
 * const request: ClaimRequest = { refreshDeadline: 10_000, newerThan: 0, force: false };
 * const first = store.tryClaim(key, request);
 * if (first.kind === "claimed") await store.fail(first.claim, { message: "no such host", retryAt: 60_000 });
 * if (store.tryClaim(key, request).kind !== "cooling-down") throw new Error("it is tried again at once");
 * if (store.tryClaim(key, { ...request, force: true }).kind !== "claimed") throw new Error("refused");
 * ```
 */
export interface ClaimRequest {
  /** How long the refresh may take, in milliseconds. */
  readonly refreshDeadline: number;
  /** Data captured after this moment (and not in the future) makes the claim needless: it is adopted instead. */
  readonly newerThan: number;
  /** Whether a failure that cools down is no obstacle. */
  readonly force: boolean;
}

/**
 * The claim was granted.
 *
 * @example Whose refresh is made up for
 * ```ts
 * import { type Claimed, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * let now = 1_000;
 * const store = new MemoryStore({ clock: { ...systemClock, now: () => now }, pid: 4711 });
 * const ask = () =>
 *   store.tryClaim({ tier: "discovery", name: "models" }, { refreshDeadline: 5_000, newerThan: 0, force: false });
 * const instead = ({ recovered }: Claimed) => recovered && `instead of process ${recovered.owner.pid}`;
 * ask(); // and never commits
 * now = 60_000;
 * const answer = ask();
 * if (answer.kind !== "claimed") throw new Error("it stands in everybody's way");
 * if (instead(answer) !== "instead of process 4711") throw new Error("it is not said who was overdue");
 * ```
 */
export interface Claimed {
  /** Which answer this is. */
  readonly kind: "claimed";
  /** The claim, to be ended by commit, fail or release. */
  readonly claim: Claim;
  /** The claim that was taken over, if one was. */
  readonly recovered: AbandonedState | undefined;
}

/**
 * No claim was needed: somebody has committed data that will do.
 *
 * @example Somebody was quicker
 * ```ts
 * import { type Adopted, MemoryStore, systemClock } from "@discoverycache/core";
 *
 * const clock = { ...systemClock, now: () => 3_000 };
 * const store = new MemoryStore({ clock });
 * const key = { tier: "discovery", name: "models" };
 * await store.put(key, new TextEncoder().encode("[]"), 2_000);
 * const ageOf = ({ capturedAt }: Adopted) => clock.now() - capturedAt;
 * const answer = await store.claim(key, { refreshDeadline: 10_000, newerThan: 1_500, force: false });
 * if (answer.kind !== "adopted") throw new Error("the same is asked for twice");
 * if (ageOf(answer) !== 1_000) throw new Error("it is a second old");
 * ```
 */
export interface Adopted {
  /** Which answer this is. */
  readonly kind: "adopted";
  /** When that data was captured. */
  readonly capturedAt: number;
}

/**
 * The answer to a claim. The two states mean that it was not granted, and why.
 *
 * @example What to do next
 * ```ts
 * import { type ClaimAnswer, MemoryStore } from "@discoverycache/core";
 *
 * function next(answer: ClaimAnswer): string {
 *   switch (answer.kind) {
 *     case "claimed":
 *       return "refresh it";
 *     case "adopted":
 *       return "read it";
 *     case "refreshing":
 *       return `wait for process ${answer.owner.pid}`;
 *     case "cooling-down":
 *       return `leave it alone: ${answer.lastError}`;
 *   }
 * }
 *
 * const store = new MemoryStore({ pid: 4711 });
 * const ask = () => store.tryClaim({ tier: "a", name: "b" }, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (next(ask()) !== "refresh it") throw new Error("nobody else is there");
 * if (next(ask()) !== "wait for process 4711") throw new Error("two would refresh");
 * ```
 */
export type ClaimAnswer = Claimed | Adopted | RefreshingState | CoolingDownState;

/**
 * The store's lock was held by somebody else: try again in a moment.
 *
 * @example A read waits for no lock, whoever holds it
 * ```ts
 * import { DiscoveryCache, type Locked, LockTimeoutError, MemoryStore } from "@discoverycache/core";
 *
 * const locked: Locked = { kind: "locked", holder: { pid: 4711, liveness: "alive", since: 1_000 } };
 * const tryClaim = () => locked;
 * const claim = () => Promise.reject(new LockTimeoutError("models.lock", locked.holder, 100));
 * const cache = new DiscoveryCache({ store: Object.assign(new MemoryStore(), { tryClaim, claim }) });
 * const refresh = () => Promise.resolve("new");
 * const models = cache.source<string>({ name: "models", ttl: 0, refreshDeadline: "10s", refresh });
 * await models.put("old");
 * if (await models.get() !== "old") throw new Error("nobody could refresh it");
 * await cache.close();
 * ```
 */
export interface Locked {
  /** Which answer this is. */
  readonly kind: "locked";
  /** Who held it. */
  readonly holder: LockHolder;
}

/**
 * What is told of a failed refresh.
 *
 * @example Why it failed, and when it is tried again
 * ```ts
 * import { type Failure, MemoryStore, retryDelay, systemClock } from "@discoverycache/core";
 *
 * const clock = { ...systemClock, now: () => 1_000, random: () => 0.5 };
 * const failureOf = (error: Error, attempts: number): Failure => ({
 *   message: error.message,
 *   retryAt: clock.now() + retryDelay(attempts, clock.random()),
 * });
 * const store = new MemoryStore({ clock });
 * const key = { tier: "discovery", name: "models" };
 * const answer = store.tryClaim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind !== "claimed") throw new Error("nobody else is there");
 * await store.fail(answer.claim, failureOf(new Error("no such host"), answer.claim.attempts + 1));
 * const state = await store.state(key);
 * if (state.kind !== "cooling-down" || state.retryAt !== 1_500) throw new Error("it is tried again at once");
 * ```
 */
export interface Failure {
  /** Why it failed, for people, in whichever process they look. */
  readonly message: string;
  /** When a refresh that is not forced may be tried again. */
  readonly retryAt: number;
}

/**
 * `"missing"`: "not modified" was committed, but there is no data that could be kept. The claim is still held.
 *
 * @example Nothing has changed, says the server, but what was there has been deleted
 * ```ts
 * import { type CommitOutcome, MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "models" };
 * const answer = await store.claim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind !== "claimed") throw new Error("nobody else is there");
 * let outcome: CommitOutcome = await store.commit(answer.claim, "not-modified", 1_000);
 * if (outcome !== "missing") throw new Error("there was something");
 * outcome = await store.commit(answer.claim, new TextEncoder().encode("[]"), 1_000); // asked for in full
 * if (outcome !== "committed") throw new Error("the claim was lost");
 * ```
 */
export type CommitOutcome = "committed" | "superseded" | "missing";

/**
 * `"superseded"`: the claim was no longer current, and nothing was changed.
 *
 * @example Work that is in vain ends early
 * ```ts
 * import { type ClaimOutcome, MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "pages" };
 * const answer = await store.claim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind !== "claimed") throw new Error("nobody else is there");
 * let page = 0;
 * for (let outcome: ClaimOutcome = "done"; outcome === "done" && page < 9; page++) {
 *   if (page === 2) await store.remove(key); // by somebody else
 *   outcome = await store.report(answer.claim, { done: page, total: 9 });
 * }
 * if (page !== 3) throw new Error("all the pages are read for nothing");
 * ```
 */
export type ClaimOutcome = "done" | "superseded";

/**
 * Changes of one source, to wait for.
 *
 * @example Wait until there is data
 * ```ts
 * import { type ChangeFeed, MemoryStore, type SourceKey, type Store, type StoredData } from "@discoverycache/core";
 *
 * async function data(store: Store, key: SourceKey): Promise<StoredData> {
 *   const feed: ChangeFeed = store.changed(key);
 *   try {
 *     for (;;) {
 *       const found = await store.read(key);
 *       if (found !== undefined) return found;
 *       await feed.next(60_000);
 *     }
 *   } finally {
 *     feed.close();
 *   }
 * }
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "models" };
 * const waiting = data(store, key);
 * await store.put(key, new TextEncoder().encode("[]"), 1_000);
 * if ((await waiting).capturedAt !== 1_000) throw new Error("that is something else");
 * ```
 */
export interface ChangeFeed {
  /**
   * Resolves when something may have changed since the feed was opened or `next` last resolved, or after a while, which
   * may be sooner than asked for. It says no more than "look again". One call at a time.
   *
   * @param maxWait The longest wait, in milliseconds.
   * @param signal Ends the wait: the promise rejects with its reason.
   */
  next(maxWait: number, signal?: AbortSignal): Promise<void>;
  /** Frees what the feed holds. */
  close(): void;
}
