/**
 * The protocol's own sections, as simulated processes run them: with as little around them as the product has (its
 * retries, its way from a failed commit to a recorded failure, and from there to a claim that is given up).
 *
 * @module
 */

import { DiscoveryCacheError, LockTimeoutError, RootError } from "../../src/errors.ts";
import {
  amendSection,
  claimSection,
  commitSection,
  failSection,
  type Obstacle,
  releaseSection,
} from "../../src/file_store/claims.ts";
import { stagedPath } from "../../src/file_store/layout.ts";
import { createExclusive, remove, setModified, type Step } from "../../src/file_store/operation.ts";
import { isTidy, tidySection } from "../../src/file_store/overrides.ts";
import type { Claim, ClaimAnswer } from "../../src/store.ts";
import { payloadOf } from "./auditor.ts";
import type { Intent, SimulatedProcess } from "./process.ts";
import type { Program, World } from "./world.ts";

/** The refresh deadline of the one source, in milliseconds. */
export const DEADLINE_MS = 1_000;

/** The TTL of its data, in milliseconds. */
const TTL_MS = 300;

/** How long a claim, and whoever holds one, tries for the lock, and how often it looks: as in the product, in longer steps. */
const CLAIM_PATIENCE = { tries: 4, ms: 30 };
const COMMIT_PATIENCE = { tries: 12, ms: 900 };

/** How often a section begins anew because what it had staged was gone: as in the product. */
const MOST_CLEARED = 4;

/** A process of a world. */
export interface Actor {
  readonly world: World;
  readonly process: SimulatedProcess;
}

/** Lets time go by. */
export function* pause(ms: number): Program {
  yield { verb: "pause", ms };
}

/** What kept a section from its work, if something did. */
function obstacleOf(answer: unknown): Obstacle | undefined {
  const kind = typeof answer === "object" && answer !== null && "kind" in answer ? answer.kind : undefined;
  return kind === "locked" || kind === "no-folder" ? answer as Obstacle : undefined;
}

/** Runs a section until nobody else holds its lock. */
export function* whenUnlocked<T>(
  { world, process }: Actor,
  intent: Intent,
  section: () => Step<T>,
  patience: { readonly tries: number; readonly ms: number } = COMMIT_PATIENCE,
): Program<Exclude<T, Obstacle>> {
  let cleared = 0;
  for (let tried = 1;; tried++) {
    process.intent = intent;
    process.clock.restart();
    let answer: T;
    try {
      answer = yield* section();
    } finally {
      process.intent = "nothing";
      world.auditor.outside(process);
    }
    const obstacle = obstacleOf(answer);
    if (obstacle === undefined) return answer as Exclude<T, Obstacle>;
    if (obstacle.kind === "no-folder") {
      // What it had staged was cleared away, as litter of somebody who seemed to have gone.
      if (++cleared === MOST_CLEARED) throw new RootError(world.paths.folder, "removed");
      continue;
    }
    if (tried >= patience.tries) {
      throw new LockTimeoutError(world.paths.lock, obstacle.holder, tried * patience.ms);
    }
    yield* pause(patience.ms);
  }
}

/** Pauses before that, in milliseconds; the last one is repeated. */
const TIDY_PAUSES_MS = [100, 400, 1_600];
const LATER_TIDY_PAUSE_MS = 10_000;

/** Tries again to remove what this process could not, as the product does by timers. */
export function* tidy(actor: Actor): Program {
  const { world, process: { party } } = actor;
  for (let tries = 0; !isTidy(party, world.paths); tries++) {
    yield* pause(TIDY_PAUSES_MS[tries] ?? LATER_TIDY_PAUSE_MS);
    try {
      const section = () => tidySection(party, world.paths);
      yield* whenUnlocked(actor, "tidy", section, { tries: 1, ms: 0 });
    } catch (error) {
      if (!(error instanceof DiscoveryCacheError)) throw error;
    }
  }
}

/** Asks for a claim. */
export function* claim(actor: Actor, force: boolean, patience = CLAIM_PATIENCE): Program<ClaimAnswer> {
  const { world, process } = actor;
  const now = process.clock.now();
  process.request = { refreshDeadline: DEADLINE_MS, newerThan: force ? now : now - TTL_MS, force };
  const request = process.request;
  return yield* whenUnlocked(actor, "claim", () => claimSection(process.party, world.paths, request), patience);
}

/** Commits bytes under a claim. */
export function* commit(actor: Actor, { token, key, ...rest }: Claim): Program {
  const { world, process } = actor;
  const current: Claim = { token, key, ...rest };
  const staged = stagedPath(world.paths.data, token);
  // Some file systems and runtimes know only the second.
  const exact = process.clock.now();
  const capturedAt = world.choices.rarely(2) ? Math.floor(exact / 1_000) * 1_000 : exact;
  process.commits = "bytes";
  for (let round = 0; round < 4; round++) {
    let done = false;
    try {
      yield* stage(staged, payloadOf(token), capturedAt);
      const answer = yield* whenUnlocked(
        actor,
        "commit",
        () => commitSection(process.party, world.paths, current, staged),
      );
      done = answer === "committed";
      if (answer === "superseded") world.auditor.superseded++;
      if (answer !== "unstaged") return;
    } finally {
      if (!done) yield* discard(staged);
    }
  }
}

/** Stages data. */
export function* stage(staged: string, bytes: Uint8Array, capturedAt: number): Step<void> {
  if ((yield* createExclusive(staged, bytes)) === "exists") {
    yield* remove(staged);
    yield* createExclusive(staged, bytes);
  }
  yield* setModified(staged, capturedAt);
}

/** Removes what was staged for nothing. */
export function* discard(staged: string): Step<void> {
  try {
    yield* remove(staged);
  } catch (error) {
    if (!(error instanceof DiscoveryCacheError)) throw error;
  }
}

/** Gives a claim up; what that fails with keeps this process from nothing (P7). */
export function* release(actor: Actor, current: Claim): Program {
  const { world, process: { party } } = actor;
  try {
    yield* whenUnlocked(actor, "release", () => releaseSection(party, world.paths, current));
  } catch (error) {
    if (!(error instanceof DiscoveryCacheError)) throw error;
    party.orphans.set(current.token, world.paths.marker);
  }
}

function* fail(actor: Actor, current: Claim): Program {
  const { world, process: { party, clock } } = actor;
  const failure = {
    message: `failure of ${current.token}`,
    retryAt: clock.now() + world.choices.of([2_000, 100, 20_000]),
  };
  try {
    yield* whenUnlocked(actor, "fail", () => failSection(party, world.paths, current, failure));
  } catch (error) {
    if (!(error instanceof DiscoveryCacheError)) throw error;
    yield* release(actor, current);
  }
}

/** A refresh under a claim, to its end. */
export function* work(actor: Actor, current: Claim): Program {
  const { world, process: { party, clock } } = actor;
  const { auditor, choices, paths } = world;
  try {
    yield {
      verb: "local",
      what: "begins to refresh",
      run: () => auditor.beganWork(actor.process, current.token),
    };
    // Some take longer than anybody waits for, and come too late.
    const work = choices.of([0, 2, 50, 700, 5 * DEADLINE_MS]);
    if (choices.rarely(3)) {
      const progress = { done: 1, total: 2 };
      yield* whenUnlocked(actor, "amend", () => amendSection(party, paths, current, { progress }));
    }
    if (work > 0) yield* pause(work);
    const end = choices.of(["commit", "commit", "commit", "fail", "release", "not-modified"]);
    if (end === "commit") yield* commit(actor, current);
    else if (end === "fail") yield* fail(actor, current);
    else if (end === "release") yield* release(actor, current);
    else {
      actor.process.commits = "not-modified";
      const time = clock.now();
      const outcome = yield* whenUnlocked(actor, "commit", () => commitSection(party, paths, current, time));
      if (outcome === "missing") yield* fail(actor, current);
    }
  } catch (error) {
    if (!(error instanceof DiscoveryCacheError)) throw error;
    yield* fail(actor, current);
  }
}
