/**
 * Tier 1: the lock around a change of state, its guards, and how a dead one is removed (rules P1 to P7).
 *
 * @module
 */

import type { FileContent } from "../adapter.ts";
import { AdapterError, SectionOverrunError } from "../errors.ts";
import { FUTURE_TOLERANCE_MS } from "../freshness.ts";
import type { Locked, LockHolder } from "../store.ts";
import { newToken } from "../token.ts";
import { guardPath, stagedPath } from "./layout.ts";
import { createExclusive, link, liveness, read, remove, stat, type Step } from "./operation.ts";
import { judgeOwner, type OwnerVerdict, sharesHost } from "./owner.ts";
import type { Party } from "./party.ts";
import { RECORD_LIMIT_BYTES, SECTION_LIMIT_MS, UNKNOWN_LOCK_AGE_MS, UNREADABLE_LOCK_AGE_MS } from "./protocol.ts";
import { encodeLock, type LockRecord, parseLock } from "./record.ts";

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

/** A lock as it was found: what it says, and its bytes, by which it is known again if it has no token. */
interface FoundLock {
  readonly record: LockRecord | undefined;
  readonly content: FileContent | undefined;
  readonly modifiedAt: number;
}

/** Looks at a lock; one too large to be ours counts as one that cannot be parsed. */
function* find(path: string): Step<FoundLock | undefined> {
  try {
    const content = yield* read(path, RECORD_LIMIT_BYTES);
    return content && { record: parseLock(content.bytes), content, modifiedAt: content.stat.modifiedAt };
  } catch (error) {
    if (!(error instanceof AdapterError) || error.code !== "EFBIG") throw error;
    const found = yield* stat(path);
    return found && { record: undefined, content: undefined, modifiedAt: found.modifiedAt };
  }
}

/** Whether two looks at a path found one and the same lock. */
function isSame(before: FoundLock, now: FoundLock): boolean {
  if (before.record?.token !== undefined) return now.record?.token === before.record.token;
  if (now.record?.token !== undefined) return false;
  const [one, other] = [before.content, now.content];
  if (one === undefined || other === undefined) return one === other && before.modifiedAt === now.modifiedAt;
  return one.stat.inode === other.stat.inode && before.modifiedAt === now.modifiedAt &&
    one.bytes.length === other.bytes.length && one.bytes.every((byte, index) => byte === other.bytes[index]);
}

/** Whether a lock of this age is dead where nothing but age can tell. Nobody made one in the future. */
function isOver(age: number, limit: number): boolean {
  return age > limit || age < -FUTURE_TOLERANCE_MS;
}

/** What is known of a record's owner. */
export function* inspectOwner(party: Party, record: LockRecord): Step<OwnerVerdict> {
  if (record.token !== undefined && party.orphans.has(record.token)) return "dead";
  const answer = sharesHost(record, party.self) ? yield* liveness(record.pid) : undefined;
  return judgeOwner(record, party.self, answer);
}

function isOwn(party: Party, record: LockRecord): boolean {
  return record.pid === party.self.pid && record.processStart === party.self.processStart;
}

/** Who holds a lock, and whether that counts as dead (P3). */
function* judgeLock(party: Party, found: FoundLock): Step<LockHolder> {
  const now = party.clock.now();
  const { record } = found;
  if (record === undefined) {
    const dead = isOver(now - found.modifiedAt, UNREADABLE_LOCK_AGE_MS);
    return { pid: undefined, liveness: dead ? "dead" : "unknown", since: undefined };
  }
  const verdict = yield* inspectOwner(party, record);
  // A lock of this very process, but of no section that runs here, is another thread's. Threads end unseen, so age
  // decides; and a thread that runs is never in a section for so long, since this one has not been stopped either.
  const known = verdict === "dead" || (verdict === "alive" && !isOwn(party, record)) ? verdict : "unknown";
  const dead = known === "unknown" && isOver(now - record.startedAt, UNKNOWN_LOCK_AGE_MS);
  return { pid: record.pid, liveness: dead ? "dead" : known, since: record.startedAt };
}

/** Removes something of ours that is of no use any more. What cannot be removed is litter, and prune knows it (P15). */
export function* discard(path: string): Step<void> {
  try {
    yield* remove(path);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
  }
}

/** Puts a complete lock at its path, if that is free (P1). */
function* publish(path: string, token: string, bytes: Uint8Array): Step<"held" | "exists" | "no-folder"> {
  const staged = stagedPath(path, token);
  if ((yield* createExclusive(staged, bytes)) === "absent") return "no-folder";
  let outcome;
  try {
    outcome = yield* link(staged, path);
  } finally {
    yield* discard(staged);
  }
  if (outcome === "unsupported") outcome = yield* createExclusive(path, bytes);
  if (outcome === "exists") return "exists";
  // An "absent" names the staged file or the folder. Either way somebody cleaned up: begin again.
  return outcome === "absent" ? "no-folder" : "held";
}

/**
 * Removes a lock whose owner is dead, under its guard, if it still is the one that was judged (P4).
 *
 * @returns The answer of the guard's lock, if that could not be had.
 */
function* removeDead(party: Party, path: string, dead: FoundLock): Step<Locked | NoFolder | undefined> {
  const answer = yield* tryLock(party, guardPath(path));
  if (answer.kind !== "held") return answer;
  try {
    const now = yield* find(path);
    if (now !== undefined && isSame(dead, now)) {
      assertWithinLimit(party, answer.lock);
      yield* remove(path);
      const token = dead.record?.token;
      if (token !== undefined) {
        party.orphans.delete(token);
        yield* discard(stagedPath(path, token));
      }
    }
  } finally {
    yield* unlock(party, answer.lock);
  }
  return undefined;
}

/** Whether a lock that was reported as failed was made all the same. If that cannot be seen, it is given up (P7). */
function* isOurs(party: Party, path: string, token: string): Step<boolean> {
  try {
    return (yield* find(path))?.record?.token === token;
  } catch (error) {
    party.orphans.add(token);
    throw error;
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
  const bytes = encodeLock({ pid, host, processStart, token, startedAt: party.clock.now() });
  const lock: HeldLock = { path, token, since: party.clock.monotonic() };
  let holder: LockHolder = { pid: undefined, liveness: "unknown", since: undefined };

  for (let round = 0; round < ROUNDS; round++) {
    // Looked at before it is tried for: a try changes the folder, and a crowd that tries holds up the one who is inside.
    const found = yield* find(path);
    if (found !== undefined) {
      if (found.record?.token === token) return { kind: "held", lock };
      holder = yield* judgeLock(party, found);
      if (holder.liveness !== "dead") break;
      const obstacle = yield* removeDead(party, path, found);
      if (obstacle !== undefined) return obstacle;
    }

    let outcome: "held" | "exists" | "no-folder";
    try {
      outcome = yield* publish(path, token, bytes);
    } catch (error) {
      if (!(error instanceof AdapterError) || !(yield* isOurs(party, path, token))) throw error;
      outcome = "held";
    }
    if (outcome === "held") return { kind: "held", lock };
    if (outcome === "no-folder") return { kind: "no-folder" };
  }
  return { kind: "locked", holder };
}

/**
 * Gives a lock back: removes what still holds our token (P2). A failure is not thrown, since what was done under the
 * lock is done; it is remembered (P7).
 */
export function* unlock(party: Party, lock: HeldLock): Step<void> {
  try {
    const found = yield* find(lock.path);
    if (found?.record?.token !== lock.token) return;
    if (isWithinLimit(party, lock)) {
      yield* remove(lock.path);
    } else {
      // Others may be about to break it: removing it needs the guard, as for any dead lock (P6).
      party.orphans.add(lock.token);
      yield* removeDead(party, lock.path, found);
    }
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    party.orphans.add(lock.token);
  }
}

function isWithinLimit(party: Party, lock: HeldLock): boolean {
  return party.clock.monotonic() - lock.since < SECTION_LIMIT_MS;
}

/** To be called before every rename and removal under a lock (P6). */
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
