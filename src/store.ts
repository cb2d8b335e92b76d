/**
 * The store contract: where data lives, and who may refresh it.
 *
 * A store keeps the bytes of each source, the time at which they were captured, and at most one current claim. What
 * every store promises, whatever it is built on:
 *
 * 1. At most one claim of a source is current. A claim is known by its token, never by its owner's PID.
 * 2. Only the current claim's bytes can become the data. Whoever lost his claim is told `"superseded"`, and nothing of
 *    his is left.
 * 3. A read sees exactly the bytes of one commit and the time that belongs to them, or nothing.
 * 4. A failure loses nothing: the data stays, and the failure is remembered until a refresh succeeds.
 * 5. A claim whose owner is gone, or long overdue, can be taken over by the next one who asks.
 * 6. `put`, `expire` and `remove` end the current claim, so that a late commit cannot undo them.
 * 7. What a read gives belongs to the store, and nobody changes it. For as long as the data is certainly the same version,
 *    a store object that remembers it gives the same object again; another version is another object.
 *
 * Times are wall-clock milliseconds since the epoch, durations milliseconds. Every verb throws what the store's medium
 * throws (for files an `AdapterError`, a `RootError` or a `LockTimeoutError`); answers that belong to the protocol are
 * values.
 *
 * @module
 */

import type { LockHolder } from "./errors.ts";
import type {
  AbandonedState,
  Claim,
  CoolingDownState,
  ListedSource,
  Owner,
  Progress,
  PruneReport,
  PruneRequest,
  RefreshingState,
  RefreshState,
  SourceKey,
  StoredData,
} from "./store_records.ts";

export type { LockHolder };
export type * from "./store_records.ts";

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

/**
 * Where data lives, and who may refresh it.
 *
 * @example A test of a program whose disk is full
 * ```ts
 * import { AdapterError, DiscoveryCache, MemoryStore, RefreshFailedError, type Store } from "@discoverycache/core";
 *
 * const full = new AdapterError({ operation: "stage", path: "/var/cache/fiz", code: "ENOSPC" });
 * const store: Store = Object.assign(new MemoryStore(), { commit: () => Promise.reject(full) });
 * const cache = new DiscoveryCache({ store });
 * const refresh = () => Promise.resolve(["one"]);
 * const models = cache.source<string[]>({ name: "models", ttl: "24h", refreshDeadline: "10s", refresh });
 * const error = await models.get().catch((error) => error);
 * if (!(error instanceof RefreshFailedError) || error.cause !== full) throw new Error(`the reason is lost: ${error}`);
 * ```
 */
export interface Store {
  /** The same for every store object on the same data in this process: refreshes are shared by it. */
  readonly id: string;

  /** This process, as the store's records name it. Left out by a store that names nobody. */
  readonly self?: Owner;

  /**
   * The data of a source; `undefined` if there is none. No lock, no wait, no write.
   *
   * It is the store's own: not to be changed. As long as it is the same version, and the store remembers that, it is the
   * same object.
   */
  read(key: SourceKey): Promise<StoredData | undefined>;

  /** The same, at once. Left out by a store that cannot. */
  readSync?(key: SourceKey): StoredData | undefined;

  /**
   * Asks for the right to refresh. Granted unless somebody holds it, or a failure cools down and `force` is not set, or
   * the second look finds that data newer than `newerThan` is there already.
   */
  claim(key: SourceKey, request: ClaimRequest, options?: LockOptions): Promise<ClaimAnswer>;

  /** One attempt at the same, at once. Left out by a store that cannot. */
  tryClaim?(key: SourceKey, request: ClaimRequest): ClaimAnswer | Locked;

  /**
   * Makes the bytes the data and ends the claim.
   *
   * @param claim The claim.
   * @param content The bytes, which are the store's from now on; or `"not-modified"`: the data stays and only its time
   * changes.
   * @param capturedAt When the refresher returned.
   * @param options How long to try for the lock.
   */
  commit(
    claim: Claim,
    content: Uint8Array | "not-modified",
    capturedAt: number,
    options?: LockOptions,
  ): Promise<CommitOutcome>;

  /** Records a failed try and ends the claim. The data stays. */
  fail(claim: Claim, failure: Failure, options?: LockOptions): Promise<ClaimOutcome>;

  /** Gives the claim back, as if it had not been made. */
  release(claim: Claim, options?: LockOptions): Promise<ClaimOutcome>;

  /** Tells others how far the refresh has come. */
  report(claim: Claim, progress: Progress, options?: LockOptions): Promise<ClaimOutcome>;

  /** Promises another deadline. One that is no time is refused with an `InvalidOptionError`; the claim is still held. */
  extend(claim: Claim, deadline: number, options?: LockOptions): Promise<ClaimOutcome>;

  /**
   * Makes another process of this machine the claim's owner, or this one, to which it was handed. The token stays. Where it
   * fails for another process, it is tried again for as long as this one lives.
   *
   * @param claim The claim.
   * @param pid The new owner; this process if `undefined`.
   * @param options How long to try for the lock.
   */
  transfer(claim: Claim, pid?: number, options?: LockOptions): Promise<ClaimOutcome>;

  /** Makes the bytes the data, whoever refreshes: a refresh in flight is superseded. They are the store's from now on. */
  put(key: SourceKey, bytes: Uint8Array, capturedAt: number, options?: LockOptions): Promise<void>;

  /**
   * Makes data older, and supersedes a refresh in flight.
   *
   * @param key The source.
   * @param capturedAt What its time becomes, if it is newer than that.
   * @param options How long to try for the lock.
   * @returns Whether there is data.
   */
  expire(key: SourceKey, capturedAt: number, options?: LockOptions): Promise<boolean>;

  /** Removes data, claim and failure; `false` if there was nothing. */
  remove(key: SourceKey, options?: LockOptions): Promise<boolean>;

  /**
   * What is going on. No lock, no wait, no write.
   *
   * @param key The source.
   * @param refreshDeadline How long a refresh may take, in milliseconds, where the record itself says what cannot be.
   */
  state(key: SourceKey, refreshDeadline?: number): Promise<RefreshState>;

  /**
   * Every source, in no order. What changes meanwhile may come up or not, as it was or as it is. What cannot be read does not
   * keep the rest from coming up: its error is thrown after the last of them.
   */
  list(): AsyncIterable<ListedSource>;

  /** Opens a feed of a source's changes, live when the call returns. */
  changed(key: SourceKey): ChangeFeed;

  /** Removes what is not kept, and what crashed programs left behind. Never what is being refreshed. */
  prune(request: PruneRequest): Promise<PruneReport>;
}
