import { assertEquals } from "@std/assert";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { sourcePaths } from "../../src/file_store/layout.ts";
import { type Crew, withCrew } from "../support/attack/crew.ts";
import type { DeadLockAnswer, DeadLockJob } from "../support/attack/dead_lock_job.ts";
import { DeadOwner } from "../support/attack/dead_owner.ts";
import { share } from "../support/rounds.ts";

const ROUNDS = share(4_000);
const BATCH = 200;

/** How long before the first round of a batch all are told of it, in milliseconds. */
const NOTICE_MS = 20;

/** What went wrong, and how often the processes met. */
interface Sums {
  overlaps: number;
  robbed: number;
  /** Rounds in which not exactly one claim was granted. */
  wrongGrants: number;
  /** Claims that were granted and then somebody else's. */
  lost: number;
  met: number;
}

/** Does the rounds of one kind, in batches, and adds up. */
async function attack(crew: Crew, job: "enter" | "claim", every: number): Promise<Sums> {
  const dead = await DeadOwner.make();
  const tier = join(crew.root, "discovery");
  mkdirSync(tier, { mode: 0o700 });
  const sums: Sums = { overlaps: 0, robbed: 0, wrongGrants: 0, lost: 0, met: 0 };
  for (let first = 0; first < ROUNDS; first += BATCH) {
    const rounds = Math.min(BATCH, ROUNDS - first);
    for (let round = first; round < first + rounds; round++) {
      const { lock, marker } = sourcePaths(tier, { tier: "discovery", name: `r${round}` });
      dead.leave(job === "claim" ? { lock, marker } : { lock });
    }
    const question: DeadLockJob = { job, first, rounds, every, at: Date.now() + NOTICE_MS };
    const answers = await crew.askAll<DeadLockAnswer>(question);
    const all = (key: keyof DeadLockAnswer) => answers.flatMap((answer) => answer[key]);
    sums.overlaps += new Set(all("overlaps")).size;
    sums.robbed += new Set(all("robbed")).size;
    sums.met += new Set(all("met")).size;
    if (job === "claim") {
      const granted = all("granted");
      for (let round = first; round < first + rounds; round++) {
        if (granted.filter((one) => one === round).length !== 1) sums.wrongGrants++;
      }
      const endings = await crew.askAll<string[]>({ job: "end" });
      sums.lost += endings.flat().filter((ending) => ending !== "done").length;
    }
    // Dead lock, dead marker, guards: nothing stays. A claim that took over is remembered as a failed attempt.
    const left = readdirSync(tier).filter((name) => !name.endsWith(".refreshing"));
    assertEquals(left, []);
  }
  return sums;
}

describe("many rounds on a dead lock", () => {
  for (const [size, every] of [[2, 4], [4, 6], [8, 10]] as const) {
    it(`${size} processes: no two are inside the critical section (P4)`, { timeout: 1_200_000 }, async () => {
      const { met, ...faults } = await withCrew("dead_lock", size, (crew) => attack(crew, "enter", every));
      console.log(
        `attack: dead lock, ${size} processes: ${ROUNDS} rounds, they met in ${met}: ` +
          `${faults.overlaps} overlaps, ${faults.robbed} locks removed under their owner`,
      );
      assertEquals(faults, { overlaps: 0, robbed: 0, wrongGrants: 0, lost: 0 });
    });

    it(`${size} processes: one claim is granted, beside a dead marker (P9)`, { timeout: 1_200_000 }, async () => {
      const { met, ...faults } = await withCrew("dead_lock", size, (crew) => attack(crew, "claim", every));
      console.log(
        `attack: dead lock and marker, ${size} processes: ${ROUNDS} rounds, they met in ${met}: ` +
          `${faults.wrongGrants} without exactly one claim, ${faults.lost} claims lost`,
      );
      assertEquals(faults, { overlaps: 0, robbed: 0, wrongGrants: 0, lost: 0 });
    });
  }
});
