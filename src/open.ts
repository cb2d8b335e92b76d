/**
 * Turns the options of a cache into its store: the one place that knows which runtime and which kind of store it is. The
 * end of the process is known here, too.
 *
 * @module
 */

import { isAbsolutePath } from "./absolute_path.ts";
import type { Adapter } from "./adapter.ts";
import { atExit } from "./adapters/at_exit.ts";
import { detectAdapter } from "./adapters/detect.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DetachedLauncher } from "./detached/launch.ts";
import { type Duration, parseDuration } from "./duration.ts";
import { InvalidOptionError } from "./errors.ts";
import { FileStore } from "./file_store/file_store.ts";
import { type Launcher, noLauncher } from "./launcher.ts";
import type { Store } from "./store.ts";

export { atExit };

/**
 * Where a cache keeps its data.
 *
 * @example In memory while it is tested, in a folder otherwise
 * ```ts
 * import { DiscoveryCache, MemoryStore, type StoreOptions } from "@discoverycache/core";
 *
 * const place = (tested: boolean): StoreOptions =>
 *   tested ? { store: new MemoryStore() } : { root: "/var/cache/fiz", lockTimeout: "250ms", memory: 0 };
 * const models = { name: "models", ttl: "24h", refreshDeadline: "10s" };
 * const cache = new DiscoveryCache(place(true));
 * await cache.put(models, "[]");
 * if (cache.readSync(models).state !== "fresh") throw new Error("it was put");
 * if (new DiscoveryCache(place(true)).readSync(models).state !== "absent") throw new Error("another test's");
 * ```
 */
export interface StoreOptions {
  /**
   * The cache's folder, an absolute path: a program may change the folder it stands in. Made when it is first needed. A
   * link to it is followed once. It has to belong to the user who runs the program, and nobody else may be able to write
   * to it.
   */
  readonly root?: string | undefined;
  /** A store of one's own, instead of a folder: a `MemoryStore` in tests, for example. */
  readonly store?: Store | undefined;
  /** The files and processes of a runtime; those of the one that runs if left out. */
  readonly adapter?: Adapter | undefined;
  /** Whether data is forced to disk before it is committed. Default: `true`. */
  readonly durable?: boolean | undefined;
  /** How many bytes of unchanged files are kept in memory. Default: 8 MiB; 0 keeps nothing. */
  readonly memory?: number | undefined;
  /** How long a background refresh tries for a lock that somebody holds. Default: 100 ms. */
  readonly lockTimeout?: Duration | undefined;
}

/**
 * Makes the store of a cache.
 *
 * @param options Where data is kept.
 * @param clock Time and randomness.
 * @throws {InvalidOptionError} If an option cannot be used.
 * @throws {InvalidDurationError} If `lockTimeout` cannot be used.
 */
export function openStore(options: StoreOptions, clock: Clock): Store {
  const { root, store, adapter, durable, memory, lockTimeout } = options;
  if (store !== undefined) {
    if (root === undefined) return store;
    throw new InvalidOptionError({ what: "root", value: root, expected: "no root besides a store of one's own" });
  }
  if (typeof root !== "string" || !isAbsolutePath(root) || root.includes("\0")) {
    throw new InvalidOptionError({
      what: "root",
      value: root,
      expected: "the absolute path of a folder, for example userCacheDir()",
    });
  }
  if (memory !== undefined && !(memory >= 0)) {
    throw new InvalidOptionError({ what: "memory", value: memory, expected: "a number of bytes, 0 or more" });
  }
  return new FileStore({
    root,
    adapter: adapter ?? detectAdapter(),
    clock,
    durable,
    memory,
    lockTimeout: lockTimeout === undefined ? undefined : parseDuration(lockTimeout, "lockTimeout"),
  });
}

/**
 * Makes what starts refreshes in processes of their own: these have to find the same data, with the same clock.
 *
 * @param options Where data is kept: those that {@linkcode openStore} has accepted.
 * @param clock Time and randomness.
 */
export function openLauncher(options: StoreOptions, clock: Clock): Launcher {
  const { root, adapter, durable = true } = options;
  if (root === undefined) return noLauncher("the cache has a store of its own, which another process does not share");
  if (clock !== systemClock) {
    return noLauncher("the cache has a clock of its own, which another process does not share");
  }
  const own = detectAdapter();
  if (adapter !== undefined && adapter !== own) {
    return noLauncher("the cache has an adapter of its own, which another process does not share");
  }
  return new DetachedLauncher({ root, durable, exists: (path) => mayExist(own, path) });
}

/** Whether something is there, as far as this process may look: Deno loads modules from where it may not read. */
function mayExist(adapter: Adapter, path: string): boolean {
  try {
    return adapter.stat(path) !== undefined;
  } catch {
    return true;
  }
}
