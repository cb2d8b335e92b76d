/**
 * How a round goes on when its program has ended, whichever program hands over.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Round } from "./round.ts";
import { type Play, playAll } from "./rounds.ts";
import type { Strikes } from "./strikes.ts";

/** How many operations each has. */
export interface Operations {
  readonly parent: number;
  readonly supervisor: number;
}

/** The ways to go on. */
export interface Plays {
  /** The next caller comes at once, whoever still lives. */
  readonly atOnce: Play;
  /** The next caller comes when the supervisor has died; every other time before that, so that he has to notice it. */
  readonly afterSupervisor: Play;
  /** The next caller comes when both have died: if it were the parent alone, he would not leave the rest to a supervisor. */
  readonly afterBoth: Play;
  /** How many operations a parent and a supervisor have, if nobody is killed, or only the parent. */
  readonly countOperations: (strikes?: Pick<Strikes, "parent">) => Promise<Operations>;
}

/** @param handOver Runs the program that hands over, to its end. */
export function makePlays(handOver: (round: Round) => Promise<void>): Plays {
  const count = async (strikes: Strikes) => {
    const counts = { parent: 0, supervisor: 0 };
    await playAll([strikes], async (round) => {
      await handOver(round);
      if (strikes.parent === undefined) counts.parent = (await round.noted("done", "parent")).operations;
      counts.supervisor = (await round.noted("done", "supervisor")).operations;
      return await round.nextCall(0);
    });
    // Of a transfer and a commit: each takes a lock and gives it back.
    assert(counts.supervisor > 15, JSON.stringify(counts));
    return counts;
  };
  const counted = new Map<Strikes["parent"], Promise<Operations>>();
  return {
    atOnce: async (round, number) => {
      await handOver(round);
      return await round.nextCall(number);
    },
    afterSupervisor: async (round, number) => {
      await handOver(round);
      if (number % 2 === 0) await round.noted("struck", "supervisor");
      return await round.nextCall(number);
    },
    afterBoth: async (round, number) => {
      await handOver(round);
      await round.noted("struck", "supervisor");
      return await round.nextCall(number);
    },
    countOperations: async (strikes = {}) => {
      const known = counted.get(strikes.parent) ?? count(strikes);
      counted.set(strikes.parent, known);
      return await known;
    },
  };
}

/** The next caller refreshes himself for as long as nothing was committed, and never again. */
export function assertTurnsOnce(got: readonly string[]): void {
  const turn = got.indexOf('"behind"');
  assert(turn > 0, `${got}`);
  assertEquals(got.slice(turn).filter((text) => text !== '"behind"'), [], `${got}`);
}
