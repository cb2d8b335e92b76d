/**
 * The Go package's side of a root: its files, byte for byte as it writes them.
 *
 * @module
 */

/** Folders and files have other modes than ours: its folders may be read by a group. */
export const GO_FOLDER_MODE = 0o750;

/** What Go's JSON escapes and ours does not. */
const ESCAPED = /[<>&\u2028\u2029]/g;

/**
 * A time as it writes it: RFC 3339, UTC, up to nine digits of a fraction, trailing zeros cut.
 *
 * @param ms Whole milliseconds since the epoch.
 * @param nanos Nanoseconds beyond them, less than a million.
 */
export function goTime(ms: number, nanos = 0): string {
  const [whole = "", fraction = ""] = new Date(ms).toISOString().slice(0, -1).split(".");
  const digits = `${fraction}${String(nanos).padStart(6, "0")}`.replace(/0+$/, "");
  return digits === "" ? `${whole}Z` : `${whole}.${digits}Z`;
}

/** A lock. */
export function goLock(pid: number, startedAt: string): string {
  return `{"pid":${pid},"started_at":"${startedAt}"}`;
}

/** A refresh marker. */
export function goMarker(pid: number, startedAt: string, deadline: string): string {
  return `{"pid":${pid},"started_at":"${startedAt}","deadline":"${deadline}"}`;
}

/** A marker of a refresh that failed. */
export function goFailed(pid: number, startedAt: string, deadline: string, lastError: string): string {
  const escape = (found: string) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const text = JSON.stringify(lastError).replace(ESCAPED, escape);
  return `{"pid":${pid},"started_at":"${startedAt}","deadline":"${deadline}","last_error":${text}}`;
}
