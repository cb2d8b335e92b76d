/**
 * The times that a record can hold.
 *
 * @module
 */

import { InvalidOptionError } from "./errors.ts";

/** The first and the last millisecond that RFC 3339 has four digits for: years 0 and 9999. */
const FIRST_MS = Date.parse("0000-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether a time can be written into a record and be read again. */
export function isRecordTime(time: number): boolean {
  return time >= FIRST_MS && time <= LAST_MS;
}

/**
 * Throws unless a time can be written into a record and be read again.
 *
 * @param what What it is, for example `"deadline"`.
 * @param time Milliseconds since the epoch.
 * @returns The time.
 * @throws {InvalidOptionError} If it cannot.
 */
export function checkTime(what: string, time: number): number {
  if (isRecordTime(time)) return time;
  throw new InvalidOptionError({
    what,
    value: time,
    expected: "milliseconds since the epoch, of a moment before the year 10000",
  });
}
