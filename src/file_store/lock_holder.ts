/**
 * Who holds a source's lock, for whoever only looks.
 *
 * @module
 */

import type { Adapter } from "../adapter.ts";
import type { Clock } from "../clock.ts";
import type { LockHolder, SourceKey } from "../store.ts";
import { run } from "./driver.ts";
import { inspectLock } from "./found_lock.ts";
import { sourcePaths } from "./layout.ts";
import { Root } from "./root.ts";

/** Where to look. */
export interface LockPlace {
  /** The cache's folder. */
  readonly root: string;
  /** The runtime's files and processes. */
  readonly adapter: Adapter;
  /** The time. */
  readonly clock: Clock;
}

/**
 * Who keeps others out of a source's lock; `undefined` if nobody does, be it that its owner is dead. Nothing is changed.
 *
 * @param place Where to look.
 * @param key The source.
 * @throws {RootError} If the cache's folder cannot be trusted.
 * @throws {AdapterError} If the lock cannot be looked at.
 */
export function findLockHolder({ root, adapter, clock }: LockPlace, key: SourceKey): LockHolder | undefined {
  const folder = new Root(adapter, root).tier(key.tier);
  if (folder === undefined) return undefined;
  return run(adapter, inspectLock({ self: adapter.self(), clock, orphans: new Map() }, sourcePaths(folder, key).lock));
}
