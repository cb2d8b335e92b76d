/**
 * The store on a file system: the protocol's sections, run on an adapter.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import { type Clock, systemClock } from "../clock.ts";
import type {
  ChangeFeed,
  Claim,
  ClaimAnswer,
  ClaimOutcome,
  ClaimRequest,
  CommitOutcome,
  Failure,
  ListedSource,
  Locked,
  LockOptions,
  Owner,
  Progress,
  PruneReport,
  PruneRequest,
  RefreshState,
  SourceKey,
  Store,
  StoredData,
} from "../store.ts";
import { newToken } from "../token.ts";
import { amendSection, claimSection, commitSection, failSection, releaseSection } from "./claims.ts";
import { DataReader } from "./data_file.ts";
import { run } from "./driver.ts";
import { identify } from "./found_lock.ts";
import { KeptContents } from "./kept.ts";
import { type SourcePaths, sourcePaths } from "./layout.ts";
import { IDLE } from "./marker.ts";
import { stateSection } from "./marker_file.ts";
import { expireSection, putSection, removeSection } from "./overrides.ts";
import type { Party } from "./party.ts";
import { CLAIM_LOCK_TIMEOUT_MS } from "./protocol.ts";
import { pruneFiles } from "./prune.ts";
import { publish, type PublishTools } from "./publish.ts";
import type { MarkerRecord } from "./record.ts";
import { Root } from "./root.ts";
import { SectionRunner } from "./runner.ts";
import { StoreId } from "./store_id.ts";
import { FolderWatches, openFeed } from "./wait.ts";
import { listSources } from "./walk.ts";

/**
 * Options of a {@linkcode FileStore}.
 *
 * @example Every read from the disk, nothing from memory
 * ```ts
 * import { type Adapter, type FileStat, FileStore, type FileStoreOptions } from "@discoverycache/core";
 *
 * let reads = 0;
 * const stat = { kind: "directory", mode: 0o700, modifiedAt: 0 } as FileStat; // unchanged for long
 * const disk: Partial<Adapter> = { // whatever is asked for is there
 *   realPath: (path) => path,
 *   self: () => ({ pid: 1, host: undefined, processStart: undefined, user: undefined }),
 *   stat: () => stat,
 *   read: () => ({ bytes: Uint8Array.of(++reads), stat }),
 * };
 * const options: FileStoreOptions = { root: "/cache", adapter: disk as Adapter, memory: 0 };
 * const store = new FileStore(options);
 * const read = () => store.readSync({ tier: "discovery", name: "models" })?.bytes[0];
 * if (read() !== 1 || read() !== 2) throw new Error("it was kept in memory");
 * ```
 */
export interface FileStoreOptions {
  /** The cache's folder. Made when it is first needed. */
  readonly root: string;
  /** The runtime's files and processes. */
  readonly adapter: Adapter;
  /** Time and randomness; the system's if left out. */
  readonly clock?: Clock | undefined;
  /** Whether data is forced to disk before it is committed; `true` if left out. */
  readonly durable?: boolean | undefined;
  /** How long a claim tries for a lock that somebody holds, in milliseconds; 100 if left out. */
  readonly lockTimeout?: number | undefined;
  /** How many bytes of unchanged files are kept in memory; 8 MiB if left out, nothing if 0. */
  readonly memory?: number | undefined;
}

/** How many bytes of unchanged files are kept in memory by default. */
const DEFAULT_MEMORY_BYTES = 8 * 1_024 * 1_024;

/** Tokens that this process could not remove, whichever of its stores made them (rule P7). */
const orphans = new Map<string, string>();

/**
 * A cache in a folder, shared with every other process that uses it.
 *
 * @example A store on a file system of one's own
 * ```ts
 * import { type Adapter, DiscoveryCache, FileStore } from "@discoverycache/core";
 *
 * const asked: string[] = [];
 * const empty: Partial<Adapter> = { // an adapter has a few verbs more: these say that nothing is there yet
 *   realPath: (path) => void asked.push(path),
 *   stat: (path) => void asked.push(path),
 * };
 * const cache = new DiscoveryCache({ store: new FileStore({ root: "/cache", adapter: empty as Adapter }) });
 * if (asked.length > 0) throw new Error("nothing is touched until it is needed");
 * const entry = await cache.read({ name: "models", ttl: "24h", refreshDeadline: "10s" });
 * if (entry.state !== "absent" || asked[0] !== "/cache") throw new Error("there is no such folder");
 * ```
 */
export class FileStore implements Store {
  readonly #adapter: Adapter;
  readonly #clock: Clock;
  readonly #lockTimeout: number;
  readonly #root: Root;
  readonly #reader: DataReader;
  readonly #watches: FolderWatches;
  readonly #party: Party;
  readonly #runner: SectionRunner;
  readonly #publishing: PublishTools;
  readonly #id: StoreId;

  /**
   * Makes a store. Nothing is touched on disk until it is needed.
   *
   * @param options The root, the adapter, and what differs from the defaults.
   */
  constructor(options: FileStoreOptions) {
    const { root, adapter, clock = systemClock, durable = true } = options;
    this.#adapter = adapter;
    this.#clock = clock;
    this.#lockTimeout = options.lockTimeout ?? CLAIM_LOCK_TIMEOUT_MS;
    this.#id = new StoreId(adapter, root);
    this.#root = new Root(adapter, root);
    this.#reader = new DataReader(adapter, new KeptContents(clock, options.memory ?? DEFAULT_MEMORY_BYTES));
    this.#watches = new FolderWatches(adapter);
    this.#party = {
      get self() {
        return adapter.self();
      },
      clock,
      orphans,
    };
    this.#runner = new SectionRunner(adapter, this.#party, this.#root);
    this.#publishing = { adapter, root: this.#root, runner: this.#runner, durable };
  }

  get id(): string {
    return this.#id.get();
  }

  get self(): Owner {
    return run(this.#adapter, identify(this.#party, undefined));
  }

  readSync(key: SourceKey): StoredData | undefined {
    const paths = this.#find(key);
    return paths && this.#reader.readSync(paths.data);
  }

  async read(key: SourceKey): Promise<StoredData | undefined> {
    const paths = this.#find(key);
    return paths && await this.#reader.read(paths.data);
  }

  async claim(key: SourceKey, request: ClaimRequest, options: LockOptions = {}): Promise<ClaimAnswer> {
    const lockTimeout = options.lockTimeout ?? this.#lockTimeout;
    return await this.#runner.locked(
      key,
      (paths) => claimSection(this.#party, paths, request),
      { ...options, lockTimeout },
    );
  }

  tryClaim(key: SourceKey, request: ClaimRequest): ClaimAnswer | Locked {
    return this.#runner.attempt(key, (paths) => claimSection(this.#party, paths, request));
  }

  async commit(
    claim: Claim,
    content: Uint8Array | "not-modified",
    capturedAt: number,
    options: LockOptions = {},
  ): Promise<CommitOutcome> {
    if (content === "not-modified") {
      const answer = await this.#runner.locked(
        claim.key,
        (paths) => commitSection(this.#party, paths, claim, capturedAt),
        options,
      );
      return answer === "unstaged" ? "missing" : answer;
    }
    const outcome = await publish(
      this.#publishing,
      claim.key,
      claim.token,
      { bytes: content, capturedAt },
      (paths, staged) => commitSection(this.#party, paths, claim, staged),
      options,
    );
    if (outcome === "committed") this.#committed(claim.key, content, capturedAt);
    return outcome;
  }

  async fail(claim: Claim, failure: Failure, options: LockOptions = {}): Promise<ClaimOutcome> {
    try {
      return await this.#runner.locked(claim.key, (paths) => failSection(this.#party, paths, claim, failure), options);
    } catch (error) {
      // It cannot be written down, perhaps since the disk is full. At least nobody shall wait for us.
      if (options.signal?.aborted !== true) await this.release(claim, options).catch(() => {});
      throw error;
    }
  }

  async release(claim: Claim, options: LockOptions = {}): Promise<ClaimOutcome> {
    try {
      return await this.#runner.locked(claim.key, (paths) => releaseSection(this.#party, paths, claim), options);
    } catch (error) {
      if (options.signal?.aborted !== true) this.#runner.abandon(claim);
      throw error;
    }
  }

  async report(claim: Claim, progress: Progress, options: LockOptions = {}): Promise<ClaimOutcome> {
    return await this.#amend(claim, { progress }, options);
  }

  async extend(claim: Claim, deadline: number, options: LockOptions = {}): Promise<ClaimOutcome> {
    return await this.#amend(claim, { deadline }, options);
  }

  async transfer(claim: Claim, pid?: number, options: LockOptions = {}): Promise<ClaimOutcome> {
    const owner = run(this.#adapter, identify(this.#party, pid));
    try {
      return await this.#amend(claim, owner, options);
    } catch (error) {
      // Until it is named, this process is: that would keep others out for as long as it lives (P17).
      const given = pid !== undefined && options.signal?.aborted !== true;
      if (given) this.#runner.insist(claim.key, (paths) => amendSection(this.#party, paths, claim, owner));
      throw error;
    }
  }

  async put(key: SourceKey, bytes: Uint8Array, capturedAt: number, options: LockOptions = {}): Promise<void> {
    const token = newToken(this.#clock);
    const put = (paths: SourcePaths, staged: string) => putSection(this.#party, paths, staged);
    await publish(this.#publishing, key, token, { bytes, capturedAt }, put, options);
    this.#committed(key, bytes, capturedAt);
  }

  async expire(key: SourceKey, capturedAt: number, options: LockOptions = {}): Promise<boolean> {
    if (this.#find(key) === undefined) return false;
    return await this.#runner.locked(key, (paths) => expireSection(this.#party, paths, capturedAt), options);
  }

  async remove(key: SourceKey, options: LockOptions = {}): Promise<boolean> {
    if (this.#find(key) === undefined) return false;
    const all = () => true;
    const answer = await this.#runner.locked(key, (paths) => removeSection(this.#party, paths, all), options);
    return answer === "removed";
  }

  // deno-lint-ignore require-await -- a store on another medium waits here
  async state(key: SourceKey, refreshDeadline?: number): Promise<RefreshState> {
    const paths = this.#find(key);
    return paths === undefined ? IDLE : run(this.#adapter, stateSection(this.#party, paths, refreshDeadline));
  }

  async *list(): AsyncGenerator<ListedSource> {
    yield* listSources(this.#adapter, this.#party, this.#root);
  }

  changed(key: SourceKey): ChangeFeed {
    return openFeed(this.#watches, this.#find(key)?.folder, key.name, this.#clock);
  }

  async prune(request: PruneRequest): Promise<PruneReport> {
    const tools = { adapter: this.#adapter, party: this.#party, root: this.#root, runner: this.#runner };
    return await pruneFiles(tools, request);
  }

  /** The paths of a source, if its tier's folder is there. */
  #find(key: SourceKey): SourcePaths | undefined {
    const folder = this.#root.tier(key.tier);
    return folder === undefined ? undefined : sourcePaths(folder, key);
  }

  /** What has been made of committed bytes need not be made anew of the same bytes read. */
  #committed(key: SourceKey, bytes: Uint8Array, capturedAt: number): void {
    const paths = this.#find(key);
    if (paths !== undefined) this.#reader.expect(paths.data, { bytes, capturedAt });
  }

  async #amend(claim: Claim, change: Partial<MarkerRecord>, options: LockOptions): Promise<ClaimOutcome> {
    return await this.#runner.locked(claim.key, (paths) => amendSection(this.#party, paths, claim, change), options);
  }
}
