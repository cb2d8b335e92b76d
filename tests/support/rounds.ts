/**
 * How long a test goes on that is the better the longer it goes on.
 *
 * @module
 */

import process from "node:process";

/** Multiplies the usual number of rounds: 1 in `npm test`, more in `npm run attack`. */
export const rounds: number = Math.max(1, Number(process.env.DISCOVERYCACHE_ROUNDS) || 1);
