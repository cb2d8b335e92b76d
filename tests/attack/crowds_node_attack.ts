import { assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { ChurnAnswer, ChurnJob, HerdAnswer, HerdJob } from "../support/attack/crowd_job.ts";
import { type Crew, withCrew } from "../support/attack/crew.ts";
import { FIRST_VERSION, readPayload } from "../support/payload.ts";
import { share } from "../support/rounds.ts";

const timeout = 1_200_000;
const TRIALS = share(25);
const CHURN_MS = share(3_000);
/** How long before it begins all are told of it, in milliseconds. */
const NOTICE_MS = 30;

/** Which of the trials of a crowd did not end with one run and its data for all. */
async function stampede(crew: Crew, slow: number): Promise<string[]> {
  const wrong: string[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const name = `slow${slow}-${trial}`;
    const version = FIRST_VERSION + trial;
    const question: HerdJob = { job: "herd", name, slow, version, at: Date.now() + NOTICE_MS };
    const answers = await crew.askAll<HerdAnswer>(question);
    const runs = answers.reduce((sum, answer) => sum + answer.runs, 0);
    const refreshed = answers.filter(({ origin }) => origin === "refreshed").length;
    const served = answers.filter((answer) => answer.version === version).length;
    if (runs !== 1 || refreshed !== 1 || served !== answers.length) wrong.push(JSON.stringify({ name, answers }));
  }
  return wrong;
}

/** Names of ours that are left, without the data. */
function left(crew: Crew): string[] {
  return readdirSync(join(crew.root, "discovery")).filter((file) => !file.endsWith(".json"));
}

describe("16 processes at once on a source without data", () => {
  for (const slow of [1, 5, 20, 200]) {
    it(`run a refresher of ${slow} ms once, and all get its data (P9)`, { timeout }, async () => {
      await withCrew("crowd", 16, async (crew) => {
        const wrong = await stampede(crew, slow);
        console.log(
          `attack: 16 processes, a refresher of ${slow} ms: ${TRIALS} trials, ` +
            `${TRIALS - wrong.length} with exactly one run and its data for all`,
        );
        assertEquals(wrong, []);
        assertEquals(left(crew), []);
      });
    });
  }
});

describe("32 processes without a pause on one source", () => {
  for (const call of ["claim", "refresh"] as const) {
    const what = call === "claim" ? "claim it and give it back" : "force refreshes of it";
    it(`${what}: nobody meets a time-out, and nothing is left behind`, { timeout }, async () => {
      await withCrew("crowd", 32, async (crew) => {
        // A first answer from everybody: nobody is still starting.
        await crew.askAll({ job: "herd", name: "ready", slow: 0, version: FIRST_VERSION, at: 0 });
        const at = Date.now() + 2 * NOTICE_MS;
        const question: ChurnJob = { job: "churn", call, name: "models", at, until: at + CHURN_MS };
        const answers = await crew.askAll<ChurnAnswer>(question);
        const sum = (of: (answer: ChurnAnswer) => number) => answers.reduce((all, answer) => all + of(answer), 0);
        const slowest = Math.max(...answers.map((answer) => answer.slowest));
        const calls = sum((answer) => answer.calls);
        const problems = answers.flatMap((answer) => answer.problems);
        console.log(
          `attack: 32 processes ${what} for ${CHURN_MS} ms: ${calls} calls, ${sum(({ granted }) => granted)} claims ` +
            `granted (${Math.min(...answers.map(({ granted }) => granted))} to ` +
            `${Math.max(...answers.map(({ granted }) => granted))} for each), mean ` +
            `${(sum(({ total }) => total) / calls).toFixed(1)} ms, slowest ${slowest.toFixed(0)} ms, ` +
            `${problems.length} errors`,
        );
        assertEquals(problems, []);
        assertEquals(left(crew), []);
        if (call === "refresh") readPayload(new Uint8Array(readFileSync(join(crew.root, "discovery/models.json"))));
      });
    });
  }
});
