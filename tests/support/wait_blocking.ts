/**
 * Waiting as a process waits that is stopped: nothing else of it goes on meanwhile.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { endIfOrphaned } from "./orphaned.ts";

/** How often a file is looked for, in milliseconds. */
const LOOK_MS = 2;

/** Waits for a file, with the event loop held up. */
export function waitBlocking(path: string): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(path)) {
    endIfOrphaned();
    Atomics.wait(cell, 0, 0, LOOK_MS);
  }
}
