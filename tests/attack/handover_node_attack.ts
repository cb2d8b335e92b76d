import { assert } from "@std/assert";
import process from "node:process";
import { describe, it } from "node:test";
import { Hunt, type Prey } from "../support/kills/hunt.ts";
import { Round } from "../support/kills/round.ts";
import { withNextCallers } from "../support/kills/rounds.ts";
import { share } from "../support/rounds.ts";

const ROUNDS = share(300);

/** So many rounds go on at the same time: most of their time is the start of processes. */
const LANES = 4;

const SEED = Number(process.env.DISCOVERYCACHE_SEED) || Date.now() % 1_000_000;

describe("short-lived programs whose hand-overs are killed at random moments", () => {
  it("the next caller gets new data, none of it goes back, and nothing is left", { timeout: 1_700_000 }, async () => {
    const kills: Record<Prey, number> = { parent: 0, supervisor: 0, worker: 0 };
    const origins: Record<string, number> = {};
    const sums = { commits: 0, untouched: 0 };
    let begun = 0;
    await withNextCallers(async (crew) => {
      const lane = async () => {
        for (let number = begun++; number < ROUNDS; number = begun++) {
          const hunt = new Hunt(new Round(crew, number, {}), SEED + number);
          const { origin, commits, ...killed } = await hunt.play(number);
          for (const prey of ["parent", "supervisor", "worker"] as const) kills[prey] += killed[prey];
          if (killed.parent + killed.supervisor + killed.worker === 0) sums.untouched++;
          origins[origin] = (origins[origin] ?? 0) + 1;
          sums.commits += commits;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    });
    assert(ROUNDS < 100 || Object.values(kills).every((count) => count > 0), JSON.stringify(kills));
    const { refreshed = 0, joined = 0, hit = 0 } = origins;
    console.log(
      `attack: ${ROUNDS} rounds with seed ${SEED}: killed ${kills.parent} programs, ${kills.supervisor} supervisors and ` +
        `${kills.worker} workers; ${sums.untouched} rounds without a kill; ${sums.commits} commits, none went back; the ` +
        `next caller refreshed in ${refreshed}, joined in ${joined}, and found new data in ${hit}; nothing was left`,
    );
  });
});
