/**
 * `npm run soak -- --seconds N --seed S`: many processes on a few sources, killed and stopped at random; then a proof from
 * what they wrote down. Exit code 1, and the seed, if an invariant did not hold.
 */
import process from "node:process";
import { buildPrograms } from "./build.ts";
import { runSoak } from "./soak/run.ts";

/** More violations than these are not printed: one is enough to look for its cause. */
const MOST_PRINTED = 20;

const { seconds, seed } = parseOptions(process.argv.slice(2));
const controller = new AbortController();
const reason = Symbol("interrupted");
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort(reason));

console.log(`seed ${seed}, ${seconds} s`);
await buildPrograms();
try {
  const { figures, violations, kept } = await runSoak({ seconds, seed, signal: controller.signal });
  for (const line of figures) console.log(line);
  for (const violation of violations.slice(0, MOST_PRINTED)) console.log(`VIOLATION: ${violation}`);
  if (violations.length > 0) console.log(`${violations.length} violations, seed ${seed}, ledger ${kept}`);
  console.log(violations.length === 0 ? "every invariant held" : "");
  process.exitCode = violations.length === 0 ? 0 : 1;
} catch (error) {
  if (error !== reason) throw error;
  console.log("interrupted: everything was cleaned up");
  process.exitCode = 130;
}

/** Reads `--seconds 60 --seed 1`; without a seed, one is drawn. */
function parseOptions(args: readonly string[]): { readonly seconds: number; readonly seed: number } {
  const options = { seconds: 60, seed: Math.floor(Math.random() * 1_000_000) };
  for (let index = 0; index < args.length; index += 2) {
    const [option, value = ""] = args.slice(index, index + 2);
    const number = Number(value);
    if (option === "--seconds" && number > 0) options.seconds = number;
    else if (option === "--seed" && Number.isInteger(number) && value !== "") options.seed = number;
    else {throw new Error(
        `Not understood: ${option} ${value}. Right would be: npm run soak -- [--seconds N] [--seed S]`,
      );}
  }
  return options;
}
