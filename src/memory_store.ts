/**
 * A store in this process's memory: the whole contract, nothing on disk, gone with the process.
 *
 * Every verb does its work in the turn in which it is called. So there is no lock, and nobody ever waits for one.
 *
 * @module
 */

import { type Clock, systemClock } from "./clock.ts";
import { isNewer } from "./freshness.ts";
import { describeEntry, emptyEntry, Entries, isEmpty, judgeEntry, ownerOf } from "./memory_entry.ts";
import type { Entry, Failed, Held } from "./memory_entry.ts";
import { checkTime } from "./record_time.ts";
import { newToken } from "./token.ts";
import type {
  ChangeFeed,
  Claim,
  ClaimAnswer,
  ClaimOutcome,
  ClaimRequest,
  CommitOutcome,
  Failure,
  ListedSource,
  LockOptions,
  Owner,
  Progress,
  PruneReport,
  PruneRequest,
  RefreshState,
  SourceKey,
  Store,
  StoredData,
} from "./store.ts";

/**
 * Options of {@linkcode MemoryStore}.
 *
 * @example A refresh in another process, as a test sees it
 * ```ts
 * import { DiscoveryCache, MemoryStore, type MemoryStoreOptions, systemClock } from "@discoverycache/core";
 *
 * const options: MemoryStoreOptions = { clock: { ...systemClock, now: () => 1_000 }, pid: 4711 };
 * const store = new MemoryStore(options);
 * const key = { tier: "discovery", name: "models" };
 * await store.claim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * const cache = new DiscoveryCache({ store });
 * const state = await cache.refreshState({ name: "models", ttl: "24h", refreshDeadline: "10s" });
 * if (state.kind !== "refreshing" || state.owner.pid !== 4711) throw new Error("process 4711 refreshes");
 * if (state.deadline !== 11_000) throw new Error("it has ten seconds");
 * ```
 */
export interface MemoryStoreOptions {
  /** The time, waiting, and randomness. Defaults to the system's. */
  readonly clock?: Clock | undefined;
  /** The process id that its claims show. Defaults to 0: nobody outside this process ever sees them. */
  readonly pid?: number | undefined;
}

let storesMade = 0;

/** Does the work at once, unless the signal is aborted; whatever is thrown rejects. */
function inThisTurn<T>(options: LockOptions | undefined, work: () => T): Promise<T> {
  return new Promise((resolve) => {
    options?.signal?.throwIfAborted();
    resolve(work());
  });
}

/**
 * A store in memory: for tests, and for data that need not outlive its process. Two of them share nothing.
 *
 * @example Claim, commit and read
 * ```ts
 * import { MemoryStore } from "@discoverycache/core";
 *
 * const store = new MemoryStore();
 * const key = { tier: "discovery", name: "models" };
 * const answer = await store.claim(key, { refreshDeadline: 10_000, newerThan: 0, force: false });
 * if (answer.kind !== "claimed") throw new Error("nobody else is there");
 * await store.commit(answer.claim, new TextEncoder().encode("[]"), Date.now());
 * if (store.readSync(key)?.bytes.length !== 2) throw new Error("two bytes were committed");
 * ```
 */
export class MemoryStore implements Store {
  /** Another one for every memory store of this process. */
  readonly id: string;
  /** This process, in whose memory it is, as its claims name it. */
  readonly self: Owner;
  readonly #clock: Clock;
  readonly #entries: Entries;

  /**
   * Makes an empty store.
   *
   * @param options A clock of one's own, and a process id to show.
   */
  constructor(options: MemoryStoreOptions = {}) {
    const { clock = systemClock, pid = 0 } = options;
    this.id = `memory:${++storesMade}`;
    this.#clock = clock;
    this.self = ownerOf(pid, this.id);
    this.#entries = new Entries(clock);
  }

  /** See {@linkcode Store.read}. */
  read(key: SourceKey): Promise<StoredData | undefined> {
    return Promise.resolve(this.readSync(key));
  }

  /** See {@linkcode Store.readSync}. */
  readSync(key: SourceKey): StoredData | undefined {
    return this.#entries.get(key).data;
  }

  /** See {@linkcode Store.claim}. */
  claim(key: SourceKey, request: ClaimRequest, options?: LockOptions): Promise<ClaimAnswer> {
    return inThisTurn(options, () => this.tryClaim(key, request));
  }

  /** See {@linkcode Store.tryClaim}. */
  tryClaim(key: SourceKey, request: ClaimRequest): ClaimAnswer {
    const now = this.#clock.now();
    const entry = this.#entries.get(key);
    const state = judgeEntry(entry, now);
    const recovered = state.kind === "abandoned" ? state : undefined;
    if (entry.data !== undefined && isNewer(entry.data.capturedAt, request.newerThan, now)) {
      if (recovered !== undefined) this.#entries.save({ ...entry, held: undefined });
      return { kind: "adopted", capturedAt: entry.data.capturedAt };
    }
    if (state.kind === "refreshing" || (state.kind === "cooling-down" && !request.force)) return state;

    const token = newToken(this.#clock);
    const deadline = now + request.refreshDeadline;
    const held = { token, owner: this.self, startedAt: now, deadline, progress: undefined };
    const attempts = state.attempts + (recovered === undefined ? 0 : 1);
    const failed = attempts === 0 ? undefined : { attempts, told: entry.failed?.told };
    this.#entries.save({ ...entry, held, failed });
    return { kind: "claimed", claim: { key: entry.key, token, startedAt: now, deadline, attempts }, recovered };
  }

  /** See {@linkcode Store.commit}. */
  commit(
    claim: Claim,
    content: Uint8Array | "not-modified",
    capturedAt: number,
    options?: LockOptions,
  ): Promise<CommitOutcome> {
    return inThisTurn(options, () => {
      const entry = this.#entries.get(claim.key);
      if (entry.held?.token !== claim.token) return "superseded";
      const bytes = content === "not-modified" ? entry.data?.bytes : content;
      if (bytes === undefined) return "missing";
      this.#entries.save({ ...emptyEntry(claim.key), data: { bytes, capturedAt } });
      return "committed";
    });
  }

  /** See {@linkcode Store.fail}. */
  fail(claim: Claim, failure: Failure, options?: LockOptions): Promise<ClaimOutcome> {
    const { message, retryAt } = failure;
    return this.#amend(claim, options, ({ token, owner }, failed) => {
      const told = { message, retryAt: checkTime("retryAt", retryAt), token, owner, startedAt: this.#clock.now() };
      return { held: undefined, failed: { attempts: (failed?.attempts ?? 0) + 1, told } };
    });
  }

  /** See {@linkcode Store.release}. */
  release(claim: Claim, options?: LockOptions): Promise<ClaimOutcome> {
    return this.#amend(claim, options, () => ({ held: undefined }));
  }

  /** See {@linkcode Store.report}. */
  report(claim: Claim, progress: Progress, options?: LockOptions): Promise<ClaimOutcome> {
    return this.#amend(claim, options, (held) => ({ held: { ...held, progress: { ...progress } } }));
  }

  /** See {@linkcode Store.extend}. */
  extend(claim: Claim, deadline: number, options?: LockOptions): Promise<ClaimOutcome> {
    return this.#amend(claim, options, (held) => ({ held: { ...held, deadline: checkTime("deadline", deadline) } }));
  }

  /** See {@linkcode Store.transfer}. */
  transfer(claim: Claim, pid?: number, options?: LockOptions): Promise<ClaimOutcome> {
    const owner = pid === undefined ? this.self : ownerOf(pid, this.id);
    return this.#amend(claim, options, (held) => ({ held: { ...held, owner } }));
  }

  /** See {@linkcode Store.put}. */
  put(key: SourceKey, bytes: Uint8Array, capturedAt: number, options?: LockOptions): Promise<void> {
    return inThisTurn(options, () => {
      const data = { bytes, capturedAt };
      this.#entries.save({ ...this.#entries.get(key), data, held: undefined });
    });
  }

  /** See {@linkcode Store.expire}. */
  expire(key: SourceKey, capturedAt: number, options?: LockOptions): Promise<boolean> {
    return inThisTurn(options, () => {
      const entry = this.#entries.get(key);
      const data = entry.data && entry.data.capturedAt > capturedAt ? { ...entry.data, capturedAt } : entry.data;
      this.#entries.save({ ...entry, data, held: undefined });
      return data !== undefined;
    });
  }

  /** See {@linkcode Store.remove}. */
  remove(key: SourceKey, options?: LockOptions): Promise<boolean> {
    return inThisTurn(options, () => {
      const found = !isEmpty(this.#entries.get(key));
      this.#entries.save(emptyEntry(key));
      return found;
    });
  }

  /** See {@linkcode Store.state}. */
  state(key: SourceKey): Promise<RefreshState> {
    return Promise.resolve(judgeEntry(this.#entries.get(key), this.#clock.now()));
  }

  /** See {@linkcode Store.list}. */
  async *list(): AsyncGenerator<ListedSource, void, void> {
    for (const entry of [...this.#entries.all()]) yield describeEntry(entry, this.#clock.now());
  }

  /** See {@linkcode Store.changed}. */
  changed(key: SourceKey): ChangeFeed {
    return this.#entries.watch(key);
  }

  /** See {@linkcode Store.prune}. There is never any litter. */
  prune(request: PruneRequest): Promise<PruneReport> {
    const { keep, tiers, dryRun = false } = request;
    return inThisTurn(undefined, () => {
      const removed: SourceKey[] = [];
      const refreshing: SourceKey[] = [];
      let kept = 0;
      for (const { key } of [...this.#entries.all()]) {
        if (tiers !== undefined && !tiers.includes(key.tier)) continue;
        // Asked twice and judged last, since `keep` may itself use this store.
        const wanted = () => keep(describeEntry(this.#entries.get(key), this.#clock.now()));
        if (wanted() || (!dryRun && wanted())) kept += 1;
        else if (judgeEntry(this.#entries.get(key), this.#clock.now()).kind === "refreshing") refreshing.push(key);
        else {
          removed.push(key);
          if (!dryRun) this.#entries.save(emptyEntry(key));
        }
      }
      return { removed, refreshing, kept, litter: [], failed: [] };
    });
  }

  /** Changes what there is of a source, if the claim is current. */
  #amend(
    claim: Claim,
    options: LockOptions | undefined,
    change: (held: Held, failed: Failed | undefined) => Partial<Entry>,
  ): Promise<ClaimOutcome> {
    return inThisTurn(options, () => {
      const entry = this.#entries.get(claim.key);
      if (entry.held?.token !== claim.token) return "superseded";
      this.#entries.save({ ...entry, ...change(entry.held, entry.failed) });
      return "done";
    });
  }
}
