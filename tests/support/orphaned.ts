/**
 * The end of a child whose test was killed: it would wait for ever, or work for ever.
 *
 * @module
 */

import process from "node:process";
import { setInterval } from "node:timers";

/** How often is looked, in milliseconds. */
const LOOK_MS = 1_000;

const parent = process.ppid;

/** Ends this process if its parent has gone. */
export function endIfOrphaned(): void {
  if (process.ppid !== parent) process.exit(1);
}

/** The same, from now on; nothing is kept alive by it. */
export function endWhenOrphaned(): void {
  setInterval(endIfOrphaned, LOOK_MS).unref();
}
