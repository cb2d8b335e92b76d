/**
 * Is the owner of a record alive? A pure judgement of the record, of what the system says, and of who asks.
 *
 * @module
 */

import type { Identity, Liveness } from "../adapter.ts";
import type { LockRecord } from "./record.ts";

/**
 * `"alive"`: proven, by a start time that does not contradict. `"presumed"`: a process with this PID is there, and its
 * start cannot be known. `"unknown"`: this process cannot tell.
 */
export type OwnerVerdict = "alive" | "presumed" | "dead" | "unknown";

/**
 * How much later than its record a process may seem to have started and still be its author: start times on the wall
 * clock are computed from the boot time, which is good to a second and moves with the clock. In milliseconds.
 */
const START_TOLERANCE_MS = 2_000;

/**
 * Whether a PID in this record means the same to the reader. A record without a token is the Go package's, which knows
 * no hosts: it is taken for this one's.
 */
export function sharesHost(record: LockRecord, reader: Identity): boolean {
  if (record.token === undefined) return true;
  return record.host !== undefined && record.host === reader.host;
}

/**
 * Judges the owner of a record.
 *
 * @param record The lock or the marker.
 * @param reader Who asks.
 * @param answer What the system says about the record's PID; needed only if {@linkcode sharesHost}.
 */
export function judgeOwner(record: LockRecord, reader: Identity, answer: Liveness | undefined): OwnerVerdict {
  if (answer === undefined || !sharesHost(record, reader)) return "unknown";
  if (answer.state !== "alive") return answer.state;
  if (record.processStart !== undefined) {
    if (answer.processStart === undefined) return "presumed";
    return answer.processStart === record.processStart ? "alive" : "dead";
  }
  if (answer.startedAt === undefined) return "presumed";
  return answer.startedAt > record.startedAt + START_TOLERANCE_MS ? "dead" : "alive";
}
