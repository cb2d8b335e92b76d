/**
 * The other end of a crew's questions: what the programs of the attacks have in common.
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";

/** Answers one line of JSON after the other, until there are no more. */
export async function serve<Q>(answer: (question: Q) => unknown): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify((await answer(JSON.parse(line) as Q)) ?? null));
  }
}

const cell = new Int32Array(new SharedArrayBuffer(4));

/** How long before a moment a process stops sleeping and watches the clock, in milliseconds. */
const SPIN_MS = 1;

/** Halts this thread. */
export function halt(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}

/**
 * Halts until a moment on the wall clock, so that all who were told the same moment go on together, to within
 * microseconds where there are enough processors. Who comes late goes on at once.
 *
 * @param moment Milliseconds since the epoch.
 */
export function haltUntil(moment: number): void {
  const early = moment - Date.now() - SPIN_MS;
  if (early > 0) halt(early);
  while (Date.now() < moment);
}
