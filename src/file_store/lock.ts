/**
 * Tier 1: the lock around a change of state, its guards, and how a dead one is removed (rules P1 to P7).
 *
 * @module
 */

import { AdapterError, SectionOverrunError } from "../errors.ts";
import type { Locked, LockHolder } from "../store.ts";
import { newToken } from "../token.ts";
import { findLock, type FoundLock, isSame, judgeLock } from "./found_lock.ts";
import { guardPath, stagedPath } from "./layout.ts";
import { createExclusive, link, remove, type Step } from "./operation.ts";
import type { Party } from "./party.ts";
import { SECTION_LIMIT_MS } from "./protocol.ts";
import { encodeLock } from "./record.ts";

/** A lock that is held, until {@linkcode unlock}. */
export interface HeldLock {
  /** The lock's file. */
  readonly path: string;
  /** Whose it is. */
  readonly token: string;
  /** Since when it is held, on the monotonic clock. */
  readonly since: number;
}

/** The folder that a section should work in is gone: make it, and begin again. */
export interface NoFolder {
  /** Which answer this is. */
  readonly kind: "no-folder";
}

/** The answer to an attempt at a lock. */
export type LockAnswer = { readonly kind: "held"; readonly lock: HeldLock } | Locked | NoFolder;

/** How often one attempt begins again because what was in its way had gone. */
const ROUNDS = 16;

/** Removes something of ours that is of no use any more. What cannot be removed is litter, and prune knows it (P15). */
export function* discard(path: string): Step<void> {
  try {
    yield* remove(path);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
  }
}

/**
 * Makes a file under a name of this writer's own. What is there is from an earlier try that could not be cleaned up. What
 * somebody else puts there meanwhile is not ours to be linked or renamed: that counts as no folder to work in.
 */
export function* createOwn(path: string, bytes: Uint8Array): Step<"created" | "absent"> {
  const created = yield* createExclusive(path, bytes);
  if (created !== "exists") return created;
  yield* remove(path);
  return (yield* createExclusive(path, bytes)) === "created" ? "created" : "absent";
}

/** Puts a complete lock at its path, if that is free (P1). */
function* publish(path: string, token: string, bytes: Uint8Array): Step<"held" | "exists" | "no-folder"> {
  const staged = stagedPath(path, token);
  if ((yield* createOwn(staged, bytes)) === "absent") return "no-folder";
  let outcome;
  try {
    outcome = yield* link(staged, path);
  } finally {
    yield* discard(staged);
  }
  if (outcome === "unsupported") {
    outcome = yield* createExclusive(path, bytes);
    // Who stood still before he had written it may have lost it: it could not be parsed.
    if (outcome === "created" && (yield* findLock(path))?.record?.token !== token) return "exists";
  }
  if (outcome === "exists") return "exists";
  // An "absent" names the staged file or the folder. Either way somebody cleaned up: begin again.
  return outcome === "absent" ? "no-folder" : "held";
}

/**
 * Removes a lock whose owner is dead, under its guard, if it still is the one that was judged (P4).
 *
 * @returns The answer of the guard's lock, if that could not be had; otherwise whether the lock was still there.
 */
export function* removeDead(party: Party, path: string, dead: FoundLock): Step<Locked | NoFolder | boolean> {
  const answer = yield* tryLock(party, guardPath(path));
  if (answer.kind !== "held") return answer;
  try {
    const now = yield* findLock(path);
    if (now === undefined || !isSame(dead, now)) return false;
    assertWithinLimit(party, answer.lock);
    yield* remove(path);
    const token = dead.record?.token;
    if (token !== undefined) {
      party.orphans.delete(token);
      yield* discard(stagedPath(path, token));
    }
    return true;
  } finally {
    yield* unlock(party, answer.lock);
  }
}

/** Whether a lock that was reported as failed was made all the same. If that cannot be seen, it is given up (P7). */
function* isOurs(party: Party, path: string, token: string): Step<boolean> {
  try {
    return (yield* findLock(path))?.record?.token === token;
  } catch (error) {
    party.orphans.set(token, path);
    throw error;
  }
}

/**
 * Removes the guards of a lock that this process left behind. While somebody who lives holds the lock nobody would come
 * upon them; and if it is one that he left, he needs its guard to remove it (P7).
 */
export function* clearOwnGuards(party: Party, path: string): Step<void> {
  for (const [token, left] of [...party.orphans]) {
    if (!left.startsWith(guardPath(path))) continue;
    const found = yield* findLock(left);
    if (found?.record?.token === token) yield* removeDead(party, left, found);
    else party.orphans.delete(token);
  }
}

/**
 * One attempt at a lock: takes it if it is free, or its owner is dead.
 *
 * @param party This process.
 * @param path The lock's file.
 */
export function* tryLock(party: Party, path: string): Step<LockAnswer> {
  const token = newToken(party.clock);
  const { pid, host, processStart } = party.self;
  let holder: LockHolder = { pid: undefined, liveness: "unknown", since: undefined };

  for (let round = 0; round < ROUNDS; round++) {
    // Its age counts from here, for others (P3) as for its owner (P6).
    const bytes = encodeLock({ pid, host, processStart, token, startedAt: party.clock.now() });
    const lock: HeldLock = { path, token, since: party.clock.monotonic() };
    let outcome: "held" | "exists" | "no-folder";
    try {
      outcome = yield* publish(path, token, bytes);
    } catch (error) {
      if (!(error instanceof AdapterError) || !(yield* isOurs(party, path, token))) throw error;
      outcome = "held";
    }
    if (outcome === "held") return { kind: "held", lock };
    if (outcome === "no-folder") return { kind: "no-folder" };

    const found = yield* findLock(path);
    if (found === undefined) continue;
    if (found.record?.token === token) return { kind: "held", lock };
    holder = yield* judgeLock(party, found);
    if (holder.liveness !== "dead") break;
    const answer = yield* removeDead(party, path, found);
    if (typeof answer === "object") return answer;
  }
  yield* clearOwnGuards(party, path);
  return { kind: "locked", holder };
}

/**
 * Gives a lock back: removes what still holds our token (P2). A failure is not thrown, since what was done under the
 * lock is done; it is remembered (P7).
 */
export function* unlock(party: Party, lock: HeldLock): Step<void> {
  try {
    const found = yield* findLock(lock.path);
    if (found?.record?.token !== lock.token) return;
    if (isWithinLimit(party, lock)) {
      yield* remove(lock.path);
    } else {
      // Others may be about to break it: removing it needs the guard, as for any dead lock (P6).
      party.orphans.set(lock.token, lock.path);
      yield* removeDead(party, lock.path, found);
    }
  } catch (error) {
    if (!(error instanceof AdapterError || error instanceof SectionOverrunError)) throw error;
    party.orphans.set(lock.token, lock.path);
  }
}

function isWithinLimit(party: Party, lock: HeldLock): boolean {
  return party.clock.monotonic() - lock.since < SECTION_LIMIT_MS;
}

/** To be called before each change of the data or the marker under a lock (P6). */
export function assertWithinLimit(party: Party, lock: HeldLock): void {
  if (isWithinLimit(party, lock)) return;
  throw new SectionOverrunError(lock.path, party.clock.monotonic() - lock.since, SECTION_LIMIT_MS);
}

/**
 * Runs a section under a lock.
 *
 * @param party This process.
 * @param path The lock's file.
 * @param section What to do while it is held.
 */
export function* locked<T>(
  party: Party,
  path: string,
  section: (lock: HeldLock) => Step<T>,
): Step<T | Locked | NoFolder> {
  const answer = yield* tryLock(party, path);
  if (answer.kind !== "held") return answer;
  try {
    return yield* section(answer.lock);
  } finally {
    yield* unlock(party, answer.lock);
  }
}
