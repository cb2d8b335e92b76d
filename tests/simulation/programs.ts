/**
 * What simulated processes do: the protocol's own sections, with as little around them as the product has (its retries,
 * its way from a failed commit to a recorded failure, and from there to a claim that is given up).
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
import { stateSection } from "../../src/file_store/marker_file.ts";
import { fileRole, stagedPath } from "../../src/file_store/layout.ts";
import { createExclusive, remove, setModified, type Step } from "../../src/file_store/operation.ts";
import { expireSection, isTidy, putSection, removeSection, tidySection } from "../../src/file_store/overrides.ts";
import { clearLitter } from "../../src/file_store/prune.ts";
import { newToken } from "../../src/token.ts";
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

function* pause(ms: number): Program {
  yield { verb: "pause", ms };
}

/** What kept a section from its work, if something did. */
function obstacleOf(answer: unknown): Obstacle | undefined {
  const kind = typeof answer === "object" && answer !== null && "kind" in answer ? answer.kind : undefined;
  return kind === "locked" || kind === "no-folder" ? answer as Obstacle : undefined;
}

/** Runs a section until nobody else holds its lock. */
function* whenUnlocked<T>(
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

function* stage(staged: string, bytes: Uint8Array, capturedAt: number): Step<void> {
  if ((yield* createExclusive(staged, bytes)) === "exists") {
    yield* remove(staged);
    yield* createExclusive(staged, bytes);
  }
  yield* setModified(staged, capturedAt);
}

function* discard(staged: string): Step<void> {
  try {
    yield* remove(staged);
  } catch (error) {
    if (!(error instanceof DiscoveryCacheError)) throw error;
  }
}

function* release(actor: Actor, current: Claim): Program {
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

/** A refresh, from the claim to its end. */
function* refresh(actor: Actor): Program {
  const { world, process: { party, clock } } = actor;
  const { choices, paths } = world;
  const answer = yield* claim(actor, choices.rarely(2));
  if (answer.kind !== "claimed") return;
  const current = answer.claim;
  try {
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

/** Reads, more than once, as a process does that keeps what it has read. */
function* read({ world, process }: Actor): Program {
  const { auditor, choices, paths } = world;
  for (let looks = 0; looks < 3; looks++) {
    yield {
      verb: "local",
      what: "reads the data",
      run: () => {
        const data = process.reader.readSync(paths.data);
        auditor.sawData(process, data?.bytes, data?.capturedAt);
      },
    };
    yield* pause(choices.of([25, 1, 400]));
  }
}

/** Looks at the state, without a lock. */
function* look({ world, process }: Actor): Program {
  const { auditor, choices, paths } = world;
  for (let looks = 0; looks < 3; looks++) {
    const { changes } = auditor;
    process.clock.restart();
    const { kind } = yield* stateSection(process.party, paths, DEADLINE_MS);
    auditor.sawState(process, kind, changes);
    yield* pause(choices.of([5, 50, 500]));
  }
}

/** Changes the source, whoever refreshes it. */
function* override(actor: Actor): Program {
  const { world, process: { party, clock } } = actor;
  const { choices, paths } = world;
  const what = choices.of(["put", "expire", "remove"] as const);
  if (what === "expire") {
    yield* whenUnlocked(actor, what, () => expireSection(party, paths, 0));
  } else if (what === "remove") {
    yield* whenUnlocked(actor, what, () => removeSection(party, paths, () => true));
  } else {
    const token = newToken(clock);
    const staged = stagedPath(paths.data, token);
    let done = false;
    try {
      yield* stage(staged, payloadOf(token), clock.now());
      done = (yield* whenUnlocked(actor, what, () => putSection(party, paths, staged))) === "done";
    } finally {
      if (!done) yield* discard(staged);
    }
  }
}

/** Removes what crashes have left. */
export function* pruneLitter(actor: Actor): Program {
  const { world, process } = actor;
  const { folder, key } = world.paths;
  for (const { name } of [...process.adapter.list(folder) ?? []]) {
    const role = fileRole(name);
    if (role === undefined || role.kind === "data" || role.kind === "marker") continue;
    const file = { path: `${folder}/${name}`, role, paths: world.paths };
    if (role.name !== key.name) continue;
    yield* whenUnlocked(actor, "prune", () => clearLitter(process.party, file, false));
  }
}

/** Prunes the source, unless somebody refreshes it, and litter. */
function* prune(actor: Actor): Program {
  const { world, process } = actor;
  const section = () =>
    removeSection(process.party, world.paths, ({ kind }) => {
      process.permitted = world.auditor.last;
      return kind !== "refreshing";
    });
  if (world.choices.rarely(2)) yield* whenUnlocked(actor, "prune", section);
  yield* pruneLitter(actor);
}

const TASKS = [refresh, refresh, refresh, refresh, read, look, prune, override] as const;

/** What a process does in its life: a few tasks, of which each may fail with an error that users would see. */
export function* life(actor: Actor): Program {
  const { choices } = actor.world;
  const tasks = 1 + choices.below(3);
  for (let count = 0; count < tasks; count++) {
    const task = choices.of(TASKS);
    try {
      yield* task(actor);
    } catch (error) {
      if (!(error instanceof DiscoveryCacheError)) throw error;
    }
    // The last of all may be seen before its timers have run.
    if (count === tasks - 1 && actor.world.programs === 1 && choices.rarely(2)) return;
    yield* tidy(actor);
    yield* pause(choices.of([0, 20, 500, 12_000]));
  }
}
