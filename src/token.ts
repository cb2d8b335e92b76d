/**
 * Tokens: by one of these, and never by a process id, a claim or a lock is known.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** How many random bytes make a token. */
const TOKEN_BYTES = 16;

/**
 * Makes a token: 128 random bits.
 *
 * @param clock Where the randomness comes from.
 * @returns 32 hexadecimal digits, in lower case.
 */
export function newToken(clock: Pick<Clock, "randomBytes">): string {
  return Array.from(clock.randomBytes(TOKEN_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
