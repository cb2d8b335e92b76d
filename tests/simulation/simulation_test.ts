import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { rounds } from "../support/rounds.ts";
import { Choices } from "./choices.ts";
import { explore } from "./explore.ts";
import { renderFinding, renderSums } from "./render.ts";
import { playSchedule } from "./schedule.ts";

const timeout = 240_000 * rounds;

/** The schedules that are played every time. */
const FIXED = 1_000;
/** And as many that nobody has seen. */
const FRESH = 1_000 * rounds;

function play(schedules: number, seed: number) {
  const { sums, finding } = explore(schedules, seed);
  console.log(`simulation: ${renderSums(sums)}, from seed ${seed} on`);
  assert(finding === undefined, finding && `\n${renderFinding(finding)}`);
  return sums;
}

describe("the protocol under a scheduler that kills, stops, sets clocks and lets operations fail", () => {
  it("no schedule of a fixed set violates an invariant (P1 to P17)", { timeout }, () => {
    const { schedules, second, commits, kills, takeOvers, handOvers, superseded } = play(FIXED, 1);
    // It has to come to what it is about.
    assertEquals(schedules, FIXED);
    assert(commits > FIXED, `${commits} commits`);
    assert(kills > FIXED / 2, `${kills} kills`);
    assert(takeOvers > FIXED / 10, `${takeOvers} take-overs`);
    assert(handOvers > FIXED / 10, `${handOvers} hand-overs`);
    assert(superseded > FIXED / 100, `${superseded} late commits`);
    assert(second > FIXED / 10, `${second} in the second regime`);
  });

  it("no schedule of a fresh set violates an invariant (P1 to P17)", { timeout }, () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    assertEquals(play(FRESH, seed).schedules, FRESH);
  });

  it("a seed plays the same schedule again, step by step", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [once, again] = [playSchedule(new Choices(seed), true), playSchedule(new Choices(seed), true)];
      assertEquals(once.trace, again.trace);
      assert(once.trace.length > 20, `${once.trace.length} steps`);
    }
  });

  it("the decisions of a schedule play it again", () => {
    const choices = new Choices(7);
    const { trace } = playSchedule(choices, true);
    assertEquals(playSchedule(new Choices(choices.made), true).trace, trace);
  });
});
