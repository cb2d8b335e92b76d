/**
 * `npm run attack`: the long rounds. Two kinds: files of the usual suite with many times their rounds, and files made
 * for this, `tests/attack/*_attack.ts`. They run and are counted as in `npm test`. `--part 10` does a tenth of all rounds
 * and seconds; the other options are those of `npm test`.
 */
import { availableParallelism } from "node:os";
import process from "node:process";
import { buildPackage, buildPrograms } from "./build.ts";
import { findFiles, parseSelection, planJobs } from "./test/plan.ts";
import { missingRuntimes, mostLanes, runSuite } from "./test/suite.ts";

/** One long round. */
interface Round {
  readonly name: string;
  readonly files: readonly string[];
  /** How many times the usual rounds, in files of the usual suite; 1 in those that are attacks anyway. */
  readonly times: number;
  /** How many files at a time; as many as the machine has processors if left out. */
  readonly lanes?: number;
}

const rounds: readonly Round[] = [
  {
    name: "the adapter suite, with three times the rounds",
    files: findFiles("tests/conformance", "_test.ts").filter((file) => file.includes("adapter")),
    times: 3,
  },
  {
    name: "random schedules of the protocol: a million",
    files: ["tests/simulation/simulation_test.ts"],
    times: 333,
  },
  {
    name: "hand-overs killed before every operation, on every runtime",
    files: ["tests/detached/command_kills_test.ts", "tests/detached/kills_test.ts"],
    times: 3,
  },
  // One at a time: each keeps all processors busy, and needs its processes to meet.
  { name: "attacks of their own", files: findFiles("tests/attack", "_attack.ts"), times: 1, lanes: 1 },
];

/** Takes `--part N` out of the arguments. */
function takePart(args: readonly string[]): { readonly part: number; readonly rest: readonly string[] } {
  const at = args.indexOf("--part");
  if (at < 0) return { part: 1, rest: args };
  const part = Number(args[at + 1]);
  if (!(part >= 1)) throw new Error(`Not understood: --part ${args[at + 1] ?? ""}. Right would be a number from 1 on.`);
  return { part, rest: args.toSpliced(at, 2) };
}

/** A round may take long; what is still running after this hangs. */
const longGuard = ["--guard", "1800"];

const { part, rest } = takePart(process.argv.slice(2));
const selection = parseSelection([...longGuard, ...rest], Math.min(mostLanes, availableParallelism()));
const missing = missingRuntimes(selection.runtimes);
for (const line of missing) console.log(line);

const counts = { passed: 0, failed: missing.length };
if (missing.length === 0) {
  await Promise.all([buildPackage({ types: false }), buildPrograms()]);
  for (const { name, files, times, lanes = selection.lanes } of rounds) {
    const jobs = planJobs(files, selection);
    if (jobs.length === 0) {
      console.log(`\nNothing to run yet: ${name}.`);
      continue;
    }
    if (times > 1 && times <= part) {
      console.log(`\nLeft out, since npm test does as much: ${name}.`);
      continue;
    }
    console.log(`\n${name}${part === 1 ? "" : `, one part in ${part}`}:`);
    // A test multiplies its usual rounds by the one; an attack divides its own by the other.
    const env = {
      DISCOVERYCACHE_ROUNDS: String(Math.max(1, Math.round(times / part))),
      DISCOVERYCACHE_PART: String(part),
    };
    const { passed, failed } = await runSuite(jobs, { ...selection, lanes }, { env });
    counts.passed += passed;
    counts.failed += failed;
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
