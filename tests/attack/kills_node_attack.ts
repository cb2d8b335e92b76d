import { assert, assertEquals } from "@std/assert";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DiscoveryCache, systemClock } from "../../mod.ts";
import { fileRole } from "../../src/file_store/layout.ts";
import { type Crew, type Hand, runtimeOf, withCrew } from "../support/attack/crew.ts";
import type { NextCall, NextCaller } from "../support/attack/next_caller_job.ts";
import { FIRST_VERSION } from "../support/payload.ts";
import { share } from "../support/rounds.ts";

const KILLS = share(3_000);

/** So many sources are refreshed at the same time: most of a process's life is its start. */
const LANES = 6;

/** The most that a process lives after its first commit, in milliseconds. */
const LONGEST_LIFE_MS = 15;

/** What the killed left on disk, and what came after them. */
const sums = { kills: 0, lock: 0, marker: 0, staged: 0, recovered: 0, commits: 0, slowest: 0 };

/** Staged files that an earlier kill has left: only a prune removes those of locks. */
const known = new Set<string>();

/** Counts what a kill has left of a source. */
function countLeft(folder: string, name: string): void {
  const files = readdirSync(folder).filter((file) => fileRole(file)?.name === name && !known.has(file));
  const kinds = new Set(files.map((file) => fileRole(file)?.kind));
  if (kinds.has("lock")) sums.lock++;
  if (kinds.has("marker")) sums.marker++;
  if (kinds.has("staged")) sums.staged++;
  for (const file of files) if (fileRole(file)?.kind === "staged") known.add(file);
}

/** Kills one refresher of a source after the other; the next caller is on another runtime each time. */
async function lane(crew: Crew, name: string, kills: () => number | undefined): Promise<void> {
  let version = FIRST_VERSION;
  for (let kill = kills(); kill !== undefined; kill = kills()) {
    const durable = kill % 2 === 0 ? ["durable"] : [];
    const victim = crew.hire(runtimeOf(kill), "back_to_back", name, String(version), ...durable);
    await victim.hears();
    await systemClock.sleep(Math.random() * LONGEST_LIFE_MS);
    victim.kill();
    assertEquals(await victim.ended, "SIGKILL");
    sums.kills++;
    const committed = Number(victim.said.at(-1) ?? version);
    sums.commits += committed - version + 1;
    countLeft(join(crew.root, "discovery"), name);

    const next = await nextCaller(crew, kill, { name, version: committed + 2 });
    const story = `kill ${kill} on ${victim.runtime}`;
    if ("problem" in next) throw new Error(`${story}: ${next.problem}`);
    // The last version that was told, or the one after it, which nobody lived to tell of.
    assert(next.before === committed || next.before === committed + 1, `${story}: ${committed} became ${next.before}`);
    assertEquals([next.origin, next.after], ["refreshed", committed + 2], story);
    if (next.recovered) sums.recovered++;
    sums.slowest = Math.max(sums.slowest, next.took);
    version = committed + 3;
  }
}

/** Who asks waits until the one before has been answered. */
const busy = new Map<Hand, Promise<unknown>>();

async function nextCaller(crew: Crew, kill: number, call: NextCall): Promise<NextCaller> {
  const hand = crew.hands[Math.floor(kill / 3) % crew.hands.length];
  assert(hand !== undefined);
  const before = busy.get(hand) ?? Promise.resolve();
  const answer = before.then(() => hand.ask<NextCaller>(call));
  busy.set(hand, answer.catch(() => {}));
  return await answer;
}

describe("many kills of a process that refreshes without a pause", () => {
  it("the next caller refreshes: nothing wedged, torn or gone back (P13)", { timeout: 1_700_000 }, async () => {
    let begun = 0;
    const kills = () => begun < KILLS ? begun++ : undefined;
    await withCrew("next_caller", 3, async (crew) => {
      await Promise.all(Array.from({ length: LANES }, (_, index) => lane(crew, `s${index}`, kills)));

      // As if the time had passed after which a staged file is litter.
      const clock = { ...systemClock, now: () => Date.now() + 20_000 };
      const sources = Array.from({ length: LANES }, (_, index) => ({ name: `s${index}` }));
      const { failed } = await new DiscoveryCache({ root: crew.root, clock }).prune(sources);
      assertEquals(failed, []);
      const left = existsSync(join(crew.root, "discovery")) ? readdirSync(join(crew.root, "discovery")) : [];
      assertEquals(left.filter((file) => !file.endsWith(".json")), []);
    });
    const { lock, marker, staged, recovered, commits, slowest } = sums;
    console.log(
      `attack: ${sums.kills} kills after ${commits} commits: ${lock} left a lock, ${marker} a marker, ${staged} a ` +
        `staged file; ${recovered} claims taken over; none wedged, none torn, none gone back; ` +
        `the slowest next refresh took ${slowest.toFixed(0)} ms`,
    );
  });
});
