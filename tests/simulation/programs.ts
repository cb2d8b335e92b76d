/**
 * What simulated processes do in their lives.
 *
 * @module
 */

import { DiscoveryCacheError } from "../../src/errors.ts";
import { stateSection } from "../../src/file_store/marker_file.ts";
import { fileRole, stagedPath } from "../../src/file_store/layout.ts";
import { expireSection, putSection, removeSection } from "../../src/file_store/overrides.ts";
import { clearLitter } from "../../src/file_store/prune.ts";
import { newToken } from "../../src/token.ts";
import { payloadOf } from "./auditor.ts";
import { refreshDetached } from "./handover.ts";
import { type Actor, claim, DEADLINE_MS, discard, pause, stage, tidy, whenUnlocked, work } from "./sections.ts";
import type { Program } from "./world.ts";

/** A refresh, from the claim to its end. */
function* refresh(actor: Actor): Program {
  const answer = yield* claim(actor, actor.world.choices.rarely(2));
  if (answer.kind === "claimed") yield* work(actor, answer.claim);
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

const TASKS = [
  refresh,
  refresh,
  refresh,
  refresh,
  read,
  look,
  prune,
  override,
  refreshDetached,
  refreshDetached,
] as const;

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
