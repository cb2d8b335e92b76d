/**
 * Waiting by a manual clock that moves only when it has to.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { ManualClock } from "../support/manual_clock.ts";

/** How often others get a turn before time passes. */
const TURNS = 10;

/** The most time that anything may take, in milliseconds of the manual clock. */
const LIMIT_MS = 30_000;

/** Gives others a few turns. No time passes. */
export async function ticks(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/**
 * What becomes of a promise. Time passes only if it does not settle without.
 *
 * @throws Error If it does not settle within {@linkcode LIMIT_MS}.
 */
export async function settled<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let pending = true;
  const mark = () => {
    pending = false;
  };
  promise.then(mark, mark);
  for (let turn = 0; turn < TURNS && pending; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  return pending ? await clock.advanceUntil(promise, LIMIT_MS, 50) : await promise;
}
