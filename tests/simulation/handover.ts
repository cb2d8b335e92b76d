/**
 * A refresh that is handed over to a process of its own: the claim comes first, then the child is started, then the
 * marker names the child. The child takes the claim over itself before it refreshes, whatever has become of the parent.
 *
 * @module
 */

import { DiscoveryCacheError } from "../../src/errors.ts";
import { amendSection } from "../../src/file_store/claims.ts";
import { identify } from "../../src/file_store/found_lock.ts";
import type { Claim } from "../../src/store.ts";
import type { Choices } from "./choices.ts";
import type { SimulatedProcess } from "./process.ts";
import { type Actor, claim, pause, release, whenUnlocked, work } from "./sections.ts";
import type { Program } from "./world.ts";

/** How a hand-over goes, as far as nobody is killed. */
export interface Plan {
  /** Whether the child cannot be started. */
  readonly fails: boolean;
  /** How long the child takes to begin, in milliseconds. */
  readonly late: number;
  /** How long the parent takes to name the child, in milliseconds. */
  readonly slow: number;
  /** When the parent ends: as soon as it has started the child, or named it, or not for that. */
  readonly leaves: "unnamed" | "named" | "later";
  /** After how many operations the child is killed; never, if below 0. */
  readonly doom: number;
}

/** A schedule has no more children than this. */
const MOST_CHILDREN = 4;

/** About as many operations as a hand-over and a refresh have. */
const MOST_BEFORE_DEATH = 50;

/** Pauses before a parent that could not name its child tries that again, in milliseconds. */
const NAMING_PAUSES_MS = [100, 400, 1_600, 10_000];

function drawPlan(choices: Choices): Plan {
  return {
    fails: choices.rarely(8),
    // Some children come when others may have taken their claim over.
    late: choices.of([0, 5, 100, 1_200, 4_000]),
    slow: choices.of([0, 0, 5, 1_200]),
    leaves: choices.of(["later", "named", "named", "unnamed"] as const),
    doom: choices.rarely(3) ? choices.below(MOST_BEFORE_DEATH) : -1,
  };
}

/** Refreshes in another process, if one can be started. */
export function* refreshDetached(actor: Actor): Program {
  const { choices } = actor.world;
  const answer = yield* claim(actor, choices.rarely(2));
  if (answer.kind === "claimed") yield* handOver(actor, answer.claim, drawPlan(choices));
}

/** Hands a claim over, or refreshes if that is not possible. */
export function* handOver(actor: Actor, current: Claim, plan: Plan): Program {
  const child = yield* start(actor, current, plan);
  if (child === undefined) return yield* work(actor, current);
  if (plan.leaves === "unnamed") return yield* leave(actor);
  yield* name(actor, current, child, plan);
  if (plan.leaves === "named") yield* leave(actor);
}

/** Starts the child, and tells it the claim. Who may not ask about processes may not start any, either. */
function* start({ world, process }: Actor, current: Claim, plan: Plan): Program<SimulatedProcess | undefined> {
  if (plan.fails || !process.mayAsk || world.children >= MOST_CHILDREN) return undefined;
  let child: SimulatedProcess | undefined;
  yield {
    verb: "local",
    what: "starts a child",
    run: () => {
      child = world.spawn(process);
      child.doom = plan.doom;
      world.auditor.toldOf(child, current.token);
      world.begin(child, heir({ world, process: child }, current, plan.late));
    },
  };
  return child;
}

/**
 * Names the child in the marker. Who it is, is asked before its PID can become another's. A parent that stays tries until
 * that is done: should the child have died, the parent's own name would keep others waiting.
 */
function* name(actor: Actor, current: Claim, child: SimulatedProcess, { slow, leaves }: Plan): Program {
  const { world, process: { party } } = actor;
  const owner = yield* identify(party, child.entry.pid);
  world.reap(child);
  if (slow > 0) yield* pause(slow);
  for (let tries = 0;; tries++) {
    try {
      const section = () => amendSection(party, world.paths, current, owner);
      return void (yield* whenUnlocked(actor, "hand-over", section));
    } catch (error) {
      if (!(error instanceof DiscoveryCacheError)) throw error;
    }
    if (leaves === "named") return;
    yield* pause(NAMING_PAUSES_MS[tries] ?? 10_000);
  }
}

/** What the child does: takes the claim over, and refreshes if it is still current. */
function* heir(actor: Actor, current: Claim, late: number): Program {
  const { world, process: { party } } = actor;
  if (late > 0) yield* pause(late);
  try {
    const owner = yield* identify(party, undefined);
    const section = () => amendSection(party, world.paths, current, owner);
    const answer = yield* whenUnlocked(actor, "take-over", section);
    if (answer === "done") yield* work(actor, current);
  } catch (error) {
    if (!(error instanceof DiscoveryCacheError)) throw error;
    yield* release(actor, current);
  }
  yield* leave(actor);
}

/** Ends this process, with whatever it has not tidied up. */
function* leave({ world, process }: Actor): Program {
  yield { verb: "local", what: "ends", run: () => world.end(process) };
}
