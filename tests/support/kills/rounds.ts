/**
 * Many rounds side by side, and the proof in the end that nothing is left of any.
 *
 * @module
 */

import { assert } from "@std/assert";
import { type TestRuntime, testRuntimes } from "../../../scripts/test/plan.ts";
import { type Crew, withCrew } from "../attack/crew.ts";
import { ownRuntime, until } from "../command_bench.ts";
import { rounds } from "../rounds.ts";
import { endProcessesOf, processesOf } from "./leftovers.ts";
import { Round } from "./round.ts";
import type { Strikes } from "./strikes.ts";

/** So many rounds go on at the same time. */
const LANES = 3;

/** The runtime that this test runs on. */
export const here: TestRuntime = testRuntimes.find((name) => name === ownRuntime) ?? "node";

/** Runs one round, as far as the next caller's answer, and returns that. */
export type Play = (round: Round, number: number) => Promise<string>;

/** Gives work a crew whose processes are next callers, and ends whatever names its folder in the end. */
export async function withNextCallers<T>(work: (crew: Crew) => Promise<T>): Promise<T> {
  return await withCrew("handover_next", testRuntimes.length, async (crew) => {
    try {
      return await work(crew);
    } finally {
      endProcessesOf(`${crew.folder}/round-`);
    }
  });
}

/**
 * Plays a round for each of these strikes, several at a time. When nothing of them runs any more, proves of each that it
 * left nothing behind.
 *
 * @returns What the next caller got in each.
 */
export async function playAll(strikes: readonly Strikes[], play: Play): Promise<string[]> {
  return await withNextCallers(async (crew) => {
    const all = strikes.map((struck, number) => new Round(crew, number, struck));
    const got: string[] = [];
    let begun = 0;
    const lane = async () => {
      for (let number = begun++; number < all.length; number = begun++) {
        const round = all[number];
        assert(round !== undefined);
        got[number] = await play(round, number);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await until(
      () => `no process of a round is left: ${processesOf(`${crew.folder}/round-`).map(({ args }) => args)}`,
      () => processesOf(`${crew.folder}/round-`).length === 0,
    );
    for (const round of all) await round.check();
    return got;
  });
}

/**
 * Those of some numbered steps that are this runtime's: in `npm test` each is tried on one runtime, in the long rounds on
 * each. The first and the last are every runtime's.
 */
export function ownShare(steps: number): number[] {
  const all = Array.from({ length: steps }, (_, index) => index + 1);
  const own = testRuntimes.indexOf(here);
  const isMine = (step: number) => rounds > 1 || step === 1 || step === steps || step % testRuntimes.length === own;
  return all.filter(isMine);
}
