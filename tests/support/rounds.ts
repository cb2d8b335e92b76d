/**
 * How long a test goes on that is the better the longer it goes on.
 *
 * @module
 */

import process from "node:process";

/** Multiplies the usual number of rounds: 1 in `npm test`, more in `npm run attack`. */
export const rounds: number = Math.max(1, Number(process.env.DISCOVERYCACHE_ROUNDS) || 1);

/** Divides the rounds of an attack: 1 for all of it, more where time is short. */
const part: number = Math.max(1, Number(process.env.DISCOVERYCACHE_PART) || 1);

/** The share of an attack's rounds that is to be done, at least one. */
export function share(all: number): number {
  return Math.max(1, Math.round(all / part));
}
