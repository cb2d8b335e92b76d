/**
 * Why a store cannot do what it was asked.
 *
 * @module
 */

import { DiscoveryCacheError } from "./base.ts";

/**
 * What can be wrong with a cache's folder.
 *
 * @example What a user can do about it
 * ```ts
 * import { RootError, type RootProblem } from "@discoverycache/core";
 *
 * const remedies: Partial<Record<RootProblem, (path: string) => string>> = {
 *   "writable-by-others": (path) => `chmod go-w ${path}`,
 *   "dangling-link": (path) => `rm ${path}`,
 * };
 * const remedy = ({ path, problem }: RootError) => remedies[problem]?.(path) ?? `look at ${path}`;
 * if (remedy(new RootError("/cache", "writable-by-others")) !== "chmod go-w /cache") throw new Error("bad advice");
 * if (remedy(new RootError("/cache", "foreign-owner")) !== "look at /cache") throw new Error("bad advice");
 * ```
 */
export type RootProblem =
  | "not-a-folder"
  | "dangling-link"
  | "link"
  | "foreign-owner"
  | "writable-by-others"
  | "removed";

const ROOT_PROBLEMS: Record<RootProblem, string> = {
  "not-a-folder": "it is not a folder: choose another root, or remove what is there",
  "dangling-link": "it is a link to nothing: make its target, or remove the link",
  "link": "it is a link: only the root itself may be one",
  "foreign-owner": "it belongs to another user: choose a root of your own",
  "writable-by-others": "others may write to it: take that right away (chmod go-w), or choose another root",
  "removed": "it was removed while it was in use: do not remove a cache's folders under running programs",
};

/**
 * The root of a cache, or a tier's folder in it, cannot be used.
 *
 * @example A folder into which everybody may write
 * ```ts
 * import { type Adapter, DiscoveryCache, type FileStat, RootError } from "@discoverycache/core";
 *
 * const open: Partial<FileStat> = { kind: "directory", mode: 0o777 };
 * const disk: Partial<Adapter> = {
 *   realPath: (path) => path,
 *   stat: () => open as FileStat,
 *   self: () => ({ pid: 1, host: undefined, processStart: undefined, user: undefined }),
 * };
 * const cache = new DiscoveryCache({ root: "/tmp/fiz", adapter: disk as Adapter });
 * const error = await cache.read({ name: "models", ttl: "24h", refreshDeadline: "10s" }).catch((error) => error);
 * if (!(error instanceof RootError) || error.problem !== "writable-by-others") throw new Error("who wrote that?");
 * ```
 */
export class RootError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "RootError";
  /** The same literal for every error of this class. */
  override readonly code = "UNUSABLE_ROOT";
  /** The folder. */
  readonly path: string;
  /** What is wrong with it. */
  readonly problem: RootProblem;

  /**
   * Makes the error and its message.
   *
   * @param path The folder.
   * @param problem What is wrong with it.
   */
  constructor(path: string, problem: RootProblem) {
    super(`cannot keep a cache in ${path}: ${ROOT_PROBLEMS[problem]}`);
    this.path = path;
    this.problem = problem;
  }
}

/**
 * Whose lock was in the way, as far as it could be read.
 *
 * @example What to do about a lock that is in the way
 * ```ts
 * import { type LockHolder, LockTimeoutError } from "@discoverycache/core";
 *
 * const advice = ({ pid, liveness }: LockHolder): string => {
 *   if (pid === undefined || liveness === "dead") return "try again";
 *   return liveness === "alive" ? `is process ${pid} stopped? kill -CONT ${pid}` : `look for process ${pid}`;
 * };
 * const holder: LockHolder = { pid: 4711, liveness: "alive", since: 1_000 };
 * const error = new LockTimeoutError("/cache/discovery/models.lock", holder, 10_000);
 * if (!advice(error.holder).endsWith("kill -CONT 4711")) throw error;
 * ```
 */
export interface LockHolder {
  /** Its process id; `undefined` if the lock could not be read. */
  readonly pid: number | undefined;
  /** What is known of the process. */
  readonly liveness: "alive" | "dead" | "unknown";
  /** Since when it holds the lock, milliseconds since the epoch; `undefined` if the lock could not be read. */
  readonly since: number | undefined;
}

/**
 * A lock was held by somebody else for longer than the caller would wait. Reads go on; so does whatever comes later.
 *
 * @example Somebody stands still with the lock in his hand
 * ```ts
 * import { DiscoveryCache, LockTimeoutError, MemoryStore } from "@discoverycache/core";
 *
 * const holder = { pid: 4711, liveness: "alive", since: 1_000 } as const;
 * const store = new MemoryStore(); // fails as a folder does while process 4711 is stopped
 * store.put = () => Promise.reject(new LockTimeoutError("/cache/discovery/models.lock", holder, 10_000));
 * const cache = new DiscoveryCache({ store });
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * const error = await cache.put(models, "[]").catch((error) => error);
 * if (!(error instanceof LockTimeoutError) || error.holder.pid !== 4711) throw new Error("it was put");
 * if (cache.readSync(models).state !== "absent") throw new Error("who only reads needs no lock");
 * ```
 */
export class LockTimeoutError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "LockTimeoutError";
  /** The same literal for every error of this class. */
  override readonly code = "LOCK_TIMEOUT";
  /** The lock's file. */
  readonly path: string;
  /** Who holds it. */
  readonly holder: LockHolder;
  /** How long it was tried for, in milliseconds. */
  readonly waitedMs: number;

  /**
   * Makes the error and its message.
   *
   * @param path The lock's file.
   * @param holder Who holds it.
   * @param waitedMs How long it was tried for, in milliseconds.
   */
  constructor(path: string, holder: LockHolder, waitedMs: number) {
    const who = holder.pid === undefined
      ? "by somebody who left no readable name"
      : `by process ${holder.pid} (${holder.liveness}) since ${new Date(holder.since ?? 0).toISOString()}`;
    super(
      `${path} was held ${who} for all of the ${Math.round(waitedMs)} ms that it was tried for: ` +
        "a process that is stopped has to go on or end; then the lock is free",
    );
    this.path = path;
    this.holder = holder;
    this.waitedMs = waitedMs;
  }
}

/**
 * This process was held up inside a critical section for so long that it may not go on: others may have stepped in.
 *
 * @example After a laptop's sleep: try it again
 * ```ts
 * import { SectionOverrunError } from "@discoverycache/core";
 *
 * let tries = 0;
 * const put = async () => { // stands for cache.put(), in a machine that falls asleep at a bad moment
 *   if (++tries === 1) throw new SectionOverrunError("/cache/discovery/models.lock", 60_000, 5_000);
 * };
 * await put().catch((error) => {
 *   if (!(error instanceof SectionOverrunError) || error.heldMs !== 60_000) throw error;
 *   return put(); // nothing was changed
 * });
 * if (tries !== 2) throw new Error("it was not tried again");
 * ```
 */
export class SectionOverrunError extends DiscoveryCacheError {
  /** The class's name. */
  override readonly name = "SectionOverrunError";
  /** The same literal for every error of this class. */
  override readonly code = "SECTION_OVERRUN";
  /** The lock's file. */
  readonly path: string;
  /** How long the lock had been held, in milliseconds. */
  readonly heldMs: number;

  /**
   * Makes the error and its message.
   *
   * @param path The lock's file.
   * @param heldMs How long the lock had been held, in milliseconds.
   * @param limitMs How long it may be, in milliseconds.
   */
  constructor(path: string, heldMs: number, limitMs: number) {
    super(
      `the process was held up for ${Math.round(heldMs)} ms while it held ${path}, ` +
        `and gave up since more than ${limitMs} ms are not safe: nothing was changed after that, try again`,
    );
    this.path = path;
    this.heldMs = heldMs;
  }
}
