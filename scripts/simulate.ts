/**
 * `npm run simulate`: plays random schedules of the real protocol, on one machine in memory, until one violates an
 * invariant.
 *
 *     npm run simulate -- --schedules 100000 --seed 7    plays the schedules 7, 8, 9, ...
 *     npm run simulate -- --mutations                    breaks the protocol in one place at a time; each is to be noticed
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { explore } from "../tests/simulation/explore.ts";
import { renderFinding, renderSums } from "../tests/simulation/render.ts";
import { renderVerdicts, survey } from "./simulate/survey.ts";

/** How many schedules are played unless told otherwise; with a mutation, as many at the most. */
const usually = 20_000;
const withMutation = 100_000;

/** A whole number from 0 to below 2^32. */
function readNumber(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (/^\d+$/.test(text) && number < 2 ** 32) return number;
  throw new Error(`--${option} ${text}: it should be a whole number from 0 to ${2 ** 32 - 1}, for example 7`);
}

function play(schedules: number, seed: number): boolean {
  console.log(`${schedules} schedules from seed ${seed} on`);
  const { sums, finding } = explore(schedules, seed);
  console.log(renderSums(sums));
  if (finding !== undefined) console.log(renderFinding(finding));
  return finding === undefined;
}

async function mutate(schedules: number, seed: number): Promise<boolean> {
  console.log(`at most ${schedules} schedules for each way to break the protocol, from seed ${seed} on`);
  const verdicts = await survey(schedules, seed);
  console.log(renderVerdicts(verdicts).join("\n"));
  const survived = verdicts.filter(({ caught }) => caught === undefined).length;
  console.log(`${verdicts.length - survived} of ${verdicts.length} noticed`);
  return survived === 0;
}

try {
  const { values } = parseArgs({
    options: { schedules: { type: "string" }, seed: { type: "string" }, mutations: { type: "boolean" } },
  });
  const mutations = values.mutations === true;
  const schedules = readNumber("schedules", values.schedules, mutations ? withMutation : usually);
  const seed = readNumber("seed", values.seed, mutations ? 1 : Math.floor(Math.random() * 2 ** 32));
  const good = mutations ? await mutate(schedules, seed) : play(schedules, seed);
  process.exitCode = good ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
