/**
 * Locks and markers as JSON: the bytes on disk, and what they mean.
 *
 * The field names are those of the Go package of the same name, which writes `pid`, `started_at`, `deadline` and
 * `last_error` and ignores the others; so a reader copes with records that have only these.
 *
 * @module
 */

import { checkTime, isRecordTime } from "../record_time.ts";
import type { Owner, Progress } from "../store.ts";
import { ERROR_TEXT_LIMIT } from "./protocol.ts";

/** What a lock says: who made it, and when. */
export interface LockRecord extends Owner {
  /** When it was made, milliseconds since the epoch. */
  readonly startedAt: number;
  /** Whose it is (P2); `undefined` in a record of the Go package. */
  readonly token: string | undefined;
}

/** A failure, as the marker of the next try remembers it. */
export interface FailureNote {
  /** Why. */
  readonly lastError: string;
  /** When, milliseconds since the epoch. */
  readonly failedAt: number;
  /** Until when it holds back refreshes that are not forced, milliseconds since the epoch. */
  readonly retryAt: number;
}

/** What a refresh marker says. */
export interface MarkerRecord extends LockRecord {
  /** By when the refresh promised to be done; of a failure, when it may be tried again. */
  readonly deadline: number;
  /** Why the refresh failed; `undefined` while it works. */
  readonly lastError: string | undefined;
  /** How many tries have failed; `undefined` in a record of the Go package. */
  readonly attempts: number | undefined;
  /** The failure before this try, so that giving the try up loses nothing; only while it works. */
  readonly previous: FailureNote | undefined;
  /** When a refresh that is not forced may be tried again; only of a failure. */
  readonly retryAt: number | undefined;
  /** What the refresher last reported. */
  readonly progress: Progress | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A token of ours. It becomes part of a file's name, so nothing else may pass for one. */
const TOKEN = /^[0-9a-f]{32}$/;

/** Longer than any host or start time is, in characters. */
const OWNER_TEXT_LIMIT = 1_000;

const TIMESTAMP = /^\d{4}-\d\d-(\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** A time that can be read again: another one would make the record one that cannot be parsed, and so lose the claim. */
function timestamp(what: string, time: number): string {
  return new Date(checkTime(what, time)).toISOString();
}

function lockFields(record: LockRecord): Record<string, unknown> {
  return {
    pid: record.pid,
    started_at: timestamp("startedAt", record.startedAt),
    token: record.token,
    host: record.host,
    process_start: record.processStart,
  };
}

/**
 * The bytes of a lock.
 *
 * @throws {InvalidOptionError} If a time in it is none.
 */
export function encodeLock(record: LockRecord): Uint8Array {
  return encoder.encode(JSON.stringify(lockFields(record)));
}

/**
 * The bytes of a marker. An error text is cut to {@linkcode ERROR_TEXT_LIMIT} characters.
 *
 * @throws {InvalidOptionError} If a time in it is none.
 */
export function encodeMarker(record: MarkerRecord): Uint8Array {
  const { pid, started_at, ...rest } = lockFields(record);
  return encoder.encode(JSON.stringify({
    pid,
    started_at,
    deadline: timestamp("deadline", record.deadline),
    last_error: record.lastError?.slice(0, ERROR_TEXT_LIMIT),
    ...rest,
    previous: record.previous && encodeNote(record.previous),
    attempts: record.attempts === 0 ? undefined : record.attempts,
    retry_at: record.retryAt === undefined ? undefined : timestamp("retryAt", record.retryAt),
    progress: record.progress && encodeProgress(record.progress),
  }));
}

/** Own fields of a JSON object; `undefined` if the bytes are no such thing. */
function jsonFields(bytes: Uint8Array): Map<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    return undefined;
  }
}

/** Milliseconds of an RFC 3339 time; `undefined` for anything else, February 30th among it. */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const day = TIMESTAMP.exec(value)?.[1];
  if (day === undefined) return undefined;
  const time = Date.parse(value);
  const local = Date.parse(value.replace(/(?:Z|[+-]\d\d:\d\d)$/, "Z"));
  return isRecordTime(time) && new Date(local).getUTCDate() === Number(day) ? time : undefined;
}

/** What has no bound could make the marker too large to be read, and so lose the claim. */
function encodeProgress({ done, total, message }: Progress): Record<string, unknown> {
  return { done, total, message: message?.slice(0, ERROR_TEXT_LIMIT) };
}

function encodeNote({ lastError, failedAt, retryAt }: FailureNote): Record<string, unknown> {
  return {
    last_error: lastError.slice(0, ERROR_TEXT_LIMIT),
    started_at: timestamp("failedAt", failedAt),
    retry_at: timestamp("retryAt", retryAt),
  };
}

function noteOf(value: unknown): FailureNote | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const lastError = shownText(fields.get("last_error"));
  const failedAt = parseTimestamp(fields.get("started_at"));
  const retryAt = parseTimestamp(fields.get("retry_at"));
  if (lastError === undefined || failedAt === undefined || retryAt === undefined) return undefined;
  return { lastError, failedAt, retryAt };
}

/** A text for people. */
function shownText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, ERROR_TEXT_LIMIT) : undefined;
}

/** A text that says who an owner is. */
function ownerText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= OWNER_TEXT_LIMIT ? value : undefined;
}

function optionalToken(value: unknown): string | undefined {
  return typeof value === "string" && TOKEN.test(value) ? value : undefined;
}

function optionalCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function optionalAmount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function lockOf(fields: Map<string, unknown>): LockRecord | undefined {
  const pid = fields.get("pid");
  const startedAt = parseTimestamp(fields.get("started_at"));
  if (typeof pid !== "number" || !Number.isInteger(pid) || startedAt === undefined) return undefined;
  return {
    pid,
    startedAt,
    token: optionalToken(fields.get("token")),
    host: ownerText(fields.get("host")),
    processStart: ownerText(fields.get("process_start")),
  };
}

function progressOf(value: unknown): Progress | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const [done, total] = [optionalAmount(fields.get("done")), optionalAmount(fields.get("total"))];
  const message = fields.get("message");
  return {
    ...(done === undefined ? {} : { done }),
    ...(total === undefined ? {} : { total }),
    ...(typeof message === "string" ? { message: message.slice(0, ERROR_TEXT_LIMIT) } : {}),
  };
}

/** What a lock's bytes say; `undefined` if they are not a lock's. */
export function parseLock(bytes: Uint8Array): LockRecord | undefined {
  const fields = jsonFields(bytes);
  return fields && lockOf(fields);
}

/** What a marker's bytes say; `undefined` if they are not a marker's. */
export function parseMarker(bytes: Uint8Array): MarkerRecord | undefined {
  const fields = jsonFields(bytes);
  const lock = fields && lockOf(fields);
  const deadline = parseTimestamp(fields?.get("deadline"));
  if (fields === undefined || lock === undefined || deadline === undefined) return undefined;
  return {
    ...lock,
    deadline,
    lastError: shownText(fields.get("last_error")),
    previous: noteOf(fields.get("previous")),
    attempts: optionalCount(fields.get("attempts")),
    retryAt: parseTimestamp(fields.get("retry_at")),
    progress: progressOf(fields.get("progress")),
  };
}
