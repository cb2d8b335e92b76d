/**
 * One schedule, from its decisions to its end: some processes live their lives, then whoever comes next has to get on.
 *
 * @module
 */

import { DiscoveryCacheError } from "../../src/errors.ts";
import { fileRole } from "../../src/file_store/layout.ts";
import { isTidy } from "../../src/file_store/overrides.ts";
import type { Choices } from "./choices.ts";
import { life, pruneLitter } from "./programs.ts";
import type { SimulatedProcess } from "./process.ts";
import { drawRegime } from "./regime.ts";
import { claim, commit, DEADLINE_MS, tidy } from "./sections.ts";
import { CRASH, Violation } from "./violation.ts";
import { type Program, World } from "./world.ts";

/** What a schedule came to. */
export interface Report {
  /** The regime that it played in. */
  readonly regime: 1 | 2;
  /** What it showed, if it showed something. */
  readonly violation: Violation | undefined;
  /** How many operations were carried out. */
  readonly steps: number;
  readonly commits: number;
  readonly kills: number;
  readonly takeOvers: number;
  readonly handOvers: number;
  readonly superseded: number;
  /** The steps, if they were asked for. */
  readonly trace: readonly string[];
}

/** Beyond the ten seconds of a lock, and the three spans of a marker, that nobody can judge. */
const BOUND_MS = 10_000 + 3 * DEADLINE_MS + 2_000;

/** About as many operations as one refresh has. */
const MOST_BEFORE_DEATH = 40;

/** Later than any staged file may still be somebody's, whatever the clock said that its time is from. */
const LITTER_AGE_MS = 3_600_000;

/** Somebody who wants new data, whatever went before, and gets it within the bounds. */
function* goesOn(world: World, process: SimulatedProcess): Program {
  const actor = { world, process };
  const start = world.time;
  const patience = world.regime.number === 1 ? { tries: 1, ms: 0 } : { tries: 20, ms: BOUND_MS / 20 };
  for (;;) {
    let answer;
    try {
      answer = yield* claim(actor, true, patience);
    } catch (error) {
      if (!(error instanceof DiscoveryCacheError)) throw error;
      throw new Violation("5", `${process.name}, who comes next, gets ${error.code}`);
    }
    if (answer.kind === "claimed" || answer.kind === "adopted") {
      if (answer.kind === "claimed") yield* commit(actor, answer.claim);
      if (process.reader.readSync(world.paths.data) === undefined) {
        throw new Violation("5", `${process.name}, who comes next, has no data`);
      }
      return;
    }
    if (world.regime.number === 1 || world.time - start > BOUND_MS) {
      throw new Violation("5", `${process.name}, who comes next, is told "${answer.kind}"`);
    }
    yield { verb: "pause", ms: BOUND_MS / 20 };
  }
}

function act(world: World, process: SimulatedProcess, program: Program): void {
  world.begin(process, program);
  world.run();
}

/** A few processes live, and some of them die. */
function play(world: World): void {
  const { choices } = world;
  // First come one or two who work alone, are killed, and leave what the others find.
  for (let early = choices.below(3); early > 0; early--) {
    const process = world.spawn();
    process.doom = choices.below(MOST_BEFORE_DEATH);
    act(world, process, life({ world, process }));
    if (process.alive) world.kill(process);
  }
  const together = 2 + choices.below(3);
  for (let count = 0; count < together; count++) {
    const process = world.spawn();
    world.begin(process, life({ world, process }));
  }
  world.run();
}

/** The peace after it: everybody goes on, then everybody has ended, and nothing is left. */
export function settle(world: World): void {
  world.quiet = true;
  world.trace?.push("from here on nothing fails");
  const living = () => world.processes.filter(({ alive }) => alive);
  for (const process of living()) process.clock.offset = 0;
  // What a process could not remove is never in its own way.
  const untidy = living().filter((process) => !isTidy(process.party, world.paths));
  if (untidy.length === 1 && world.regime.number === 1) {
    for (const process of untidy) act(world, process, goesOn(world, process));
  }
  for (const process of living()) world.begin(process, tidy({ world, process }));
  world.run();
  for (const process of living().slice(0, 1)) act(world, process, goesOn(world, process));
  for (const process of living()) world.kill(process);
  const next = world.spawn();
  act(world, next, goesOn(world, next));
  world.time += LITTER_AGE_MS;
  act(world, next, pruneLitter({ world, process: next }));
  const left = [...next.adapter.list(world.paths.folder) ?? []].map(({ name }) => name);
  // A failure stays on record until a refresh succeeds, and who finds new data needs none.
  const remembered = world.auditor.marker?.lastError === undefined ? undefined : "marker";
  const litter = left.filter((name) => !["data", remembered].includes(fileRole(name)?.kind));
  if (litter.length > 0) throw new Violation("7", `left for ever: ${litter.join(", ")}`);
}

/**
 * Plays a schedule.
 *
 * @param choices Its decisions.
 * @param traced Whether its steps are to be written down.
 */
export function playSchedule(choices: Choices, traced: boolean = false): Report {
  const world = new World(choices, drawRegime(choices), traced);
  let violation: Violation | undefined;
  try {
    play(world);
    settle(world);
  } catch (error) {
    const said = error instanceof Error ? `${error.stack ?? error.message}` : String(error);
    violation = error instanceof Violation ? error : new Violation(CRASH, said);
  }
  const { auditor, kills, steps, regime, trace = [] } = world;
  const { commits, takeOvers, handOvers, superseded } = auditor;
  return { regime: regime.number, violation, steps, commits, kills, takeOvers, handOvers, superseded, trace };
}
