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

import type { RefreshState } from "./refresh_state.ts";
import type {
  ChangeFeed,
  ClaimAnswer,
  ClaimOutcome,
  ClaimRequest,
  CommitOutcome,
  Failure,
  Locked,
  LockOptions,
} from "./store_answers.ts";
import type { Claim, Owner, Progress, SourceKey, StoredData } from "./store_records.ts";
import type { ListedSource, PruneReport, PruneRequest } from "./store_reports.ts";

export type * from "./refresh_state.ts";
export type * from "./store_answers.ts";
export type * from "./store_records.ts";
export type * from "./store_reports.ts";

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
