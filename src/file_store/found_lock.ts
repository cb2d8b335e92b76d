/**
 * Looking at locks: whose they are, and whether their owners count as dead (rules P1 to P3).
 *
 * @module
 */

import type { FileContent } from "../adapter.ts";
import { AdapterError } from "../errors.ts";
import { FUTURE_TOLERANCE_MS } from "../freshness.ts";
import type { LockHolder, Owner } from "../store.ts";
import { liveness, read, stat, type Step } from "./operation.ts";
import { judgeOwner, type OwnerVerdict, sharesHost } from "./owner.ts";
import type { Party } from "./party.ts";
import { RECORD_LIMIT_BYTES, UNKNOWN_LOCK_AGE_MS, UNREADABLE_LOCK_AGE_MS } from "./protocol.ts";
import { type LockRecord, parseLock } from "./record.ts";

/** A lock as it was found: what it says, and its bytes, by which it is known again if it has no token. */
export interface FoundLock {
  /** What it says; `undefined` if it cannot be parsed. */
  readonly record: LockRecord | undefined;
  /** Its bytes; `undefined` if they are too many. */
  readonly content: FileContent | undefined;
  /** When it was made. */
  readonly modifiedAt: number;
}

/**
 * The start time in a marker that names a process which is dead already: no process has it, whoever gets the PID. Without
 * a start time anybody could be taken for it who started at about the time of the claim.
 */
const NEVER_STARTED = "ended";

/** Looks at a lock; one too large to be ours counts as one that cannot be parsed. */
export function* findLock(path: string): Step<FoundLock | undefined> {
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
export function isSame(before: FoundLock, now: FoundLock): boolean {
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

/**
 * Who a process of this machine is, for a marker that shall name it. To be asked before its parent can have noticed its
 * end: later its PID may be another's.
 *
 * @param pid The process; this one if `undefined`.
 */
export function* identify({ self }: Party, pid: number | undefined): Step<Owner> {
  if (pid === undefined) return { pid: self.pid, host: self.host, processStart: self.processStart };
  const { state, processStart } = yield* liveness(pid);
  return { pid, host: self.host, processStart: state === "dead" ? NEVER_STARTED : processStart };
}

function isOwn(party: Party, record: LockRecord): boolean {
  return record.pid === party.self.pid && record.processStart === party.self.processStart;
}

/** Who holds a lock, and whether that counts as dead (P3). */
export function* judgeLock(party: Party, found: FoundLock): Step<LockHolder> {
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

/** Who keeps others out of a lock; `undefined` if nobody does. A look is all that it takes: nothing is changed. */
export function* inspectLock(party: Party, path: string): Step<LockHolder | undefined> {
  const found = yield* findLock(path);
  const holder = found && (yield* judgeLock(party, found));
  return holder?.liveness === "dead" ? undefined : holder;
}
