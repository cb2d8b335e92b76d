/**
 * When a server wants to be asked again.
 *
 * @module
 */

/** The longest that a failed source is left alone, in milliseconds: longer is not believed by others. */
export const LONGEST_RETRY_MS: number = 24 * 60 * 60 * 1_000;

const SECONDS = /^\d+$/;

/** The three forms that a date has there (RFC 9110, section 5.6.7). `Date.parse` finds one in "soon 1", too. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w -]*\d\d:\d\d:\d\d(?: \d{4}| GMT)$/;

/** A date of a header, milliseconds since the epoch; `NaN` if it is none. The oldest form does not say that it is UTC. */
function parseHttpDate(text: string): number {
  if (!HTTP_DATE.test(text)) return NaN;
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}

/**
 * Reads a Retry-After header: seconds, or a date (RFC 9110, section 10.2.3).
 *
 * @param header The header's value; `null` if there is none.
 * @param date The value of the answer's Date header, by whose clock the other date is meant; `null` if there is none.
 * @param now The time here, milliseconds since the epoch.
 * @returns Milliseconds from now; `undefined` if the header says nothing that can be understood.
 */
export function parseRetryAfter(header: string | null, date: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (SECONDS.test(text)) return Number(text) * 1_000;
  const until = parseHttpDate(text);
  if (Number.isNaN(until)) return undefined;
  const then = parseHttpDate(date?.trim() ?? "");
  return Math.max(0, until - (Number.isNaN(then) ? now : then));
}

/**
 * What an error says of the next attempt. Known by its code, since the refresher may have been given its class by another
 * copy of this package.
 *
 * @param error What a refresher threw.
 * @returns Milliseconds, at most {@linkcode LONGEST_RETRY_MS}; `undefined` if it says nothing.
 */
export function retryAfterOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  try {
    const { code, retryAfter } = error as { readonly code?: unknown; readonly retryAfter?: unknown };
    if (code !== "RETRY_AFTER" || typeof retryAfter !== "number" || !(retryAfter >= 0)) return undefined;
    return Math.min(retryAfter, LONGEST_RETRY_MS);
  } catch {
    // Anything can be thrown, also what cannot be looked at.
    return undefined;
  }
}
