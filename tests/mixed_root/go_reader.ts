/**
 * How the Go package judges what it finds: a strict reader with its rules and nothing else.
 *
 * @module
 */

import process from "node:process";

/** What it takes from a lock or a marker. It ignores whatever else there is. */
export interface GoRecord {
  readonly pid: number;
  readonly startedAt: number;
  /** Only of a marker. */
  readonly deadline: number;
  /** Only of a failure; else empty. */
  readonly lastError: string;
}

/** `"held"` is for ever, if nobody can read it. */
export type GoLockVerdict = "free" | "held" | "dead";

/** What it does with a marker: `"none"` and `"stale"` let it claim. */
export type GoMarkerVerdict = "none" | "stale" | "refreshing" | "cooling-down";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

function time(value: unknown): number {
  if (typeof value !== "string" || !TIME.test(value) || Number.isNaN(Date.parse(value))) {
    throw new Error(`not a time of RFC 3339 in UTC: ${JSON.stringify(value)}`);
  }
  return Date.parse(value);
}

/**
 * Reads a lock or a marker as Go's JSON does: names of fields in any case, a wrong type is an error, what is missing is
 * nothing.
 *
 * @throws Error If it is not one.
 */
export function parseGo(text: string, kind: "lock" | "marker"): GoRecord {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`not an object: ${text}`);
  const fields = new Map<string, unknown>();
  for (const [name, field] of Object.entries(value)) {
    const known = name.toLowerCase();
    if (fields.has(known)) throw new Error(`two fields that are one to Go: ${name}`);
    fields.set(known, field);
  }
  const pid = fields.get("pid");
  if (typeof pid !== "number" || !Number.isSafeInteger(pid)) throw new Error(`not a PID: ${pid}`);
  const lastError = fields.get("last_error") ?? "";
  if (typeof lastError !== "string") throw new Error(`not a text: ${lastError}`);
  const deadline = kind === "marker" ? time(fields.get("deadline")) : Number.NaN;
  return { pid, startedAt: time(fields.get("started_at")), deadline, lastError };
}

/** Signal 0: all that it asks of a process. A zombie lives, and so does whoever has got the PID by now. */
export function goLives(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === "EPERM";
  }
}

function tryParse(text: string, kind: "lock" | "marker"): GoRecord | undefined {
  try {
    return parseGo(text, kind);
  } catch {
    return undefined;
  }
}

/** Its verdict on a lock. */
export function judgeGoLock(text: string | undefined): GoLockVerdict {
  if (text === undefined) return "free";
  const record = tryParse(text, "lock");
  return record === undefined || goLives(record.pid) ? "held" : "dead";
}

/**
 * Its verdict on a marker.
 *
 * @param text What the file holds; `undefined` if it is not there.
 * @param now Its clock.
 * @param ownDeadline The refresh deadline of the one who asks, in milliseconds, whatever the marker's writer meant.
 */
export function judgeGoMarker(text: string | undefined, now: number, ownDeadline: number): GoMarkerVerdict {
  const record = text === undefined ? undefined : tryParse(text, "marker");
  if (record === undefined) return "none";
  if (!goLives(record.pid) || now > record.deadline + 2 * ownDeadline) return "stale";
  return record.lastError === "" ? "refreshing" : "cooling-down";
}
