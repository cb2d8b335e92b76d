/**
 * What kind of world a schedule plays in. In the first regime everybody can judge whether another process lives, and
 * pauses, clocks and crashes may be anything. In the second some cannot, and the invariants rest on one assumption: no
 * pause is so long that a lock grows older than ten seconds between a look at the clock and the operation after it (P6).
 *
 * @module
 */

import { USUAL_HOST } from "../support/process_table.ts";
import type { Choices } from "./choices.ts";

/** A kind of world. Chances are once in so many operations; 0 is never. */
export interface Regime {
  /** 1 or 2. */
  readonly number: 1 | 2;
  /** Where processes run; `undefined` for one that does not know. */
  readonly hosts: readonly [string | undefined, ...(string | undefined)[]];
  /** Whether they may ask about others. */
  readonly asking: readonly [boolean, ...boolean[]];
  readonly hardLinks: boolean;
  /** How rarely a process that was started by another knows less of itself than that one does. */
  readonly unaware: number;
  readonly kills: number;
  readonly stops: number;
  readonly stopMs: readonly [number, ...number[]];
  readonly jumps: number;
  readonly jumpMs: readonly [number, ...number[]];
  readonly faults: number;
  /** How rarely another process goes on. */
  readonly switching: number;
}

/** Draws a kind of world. */
export function drawRegime(choices: Choices): Regime {
  const second = choices.rarely(4);
  const shared = {
    kills: choices.of([0, 150, 40]),
    stops: choices.of(second ? [100, 25, 6, 6] : [0, 100, 25, 6]),
    faults: choices.of([0, 40, 15]),
    switching: choices.of([20, 6, 2]),
  };
  if (!second) {
    return {
      ...shared,
      number: 1,
      hosts: [USUAL_HOST],
      asking: [true],
      hardLinks: true,
      unaware: 0,
      stopMs: [10, 200, 4_000, 30_000],
      jumps: choices.of([0, 0, 200]),
      jumpMs: [2_000, -2_000, 60_000, -60_000],
    };
  }
  return {
    ...shared,
    number: 2,
    hosts: [USUAL_HOST, "memory:2", undefined],
    asking: [true, false],
    hardLinks: !choices.rarely(3),
    unaware: 3,
    stopMs: [10, 900, 4_900, 4_900],
    jumps: 0,
    jumpMs: [0],
  };
}
