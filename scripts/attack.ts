/**
 * `npm run attack`: the long rounds. Two kinds: files of the usual suite with many times their rounds, and files made
 * for this, `tests/attack/*_attack.ts`. They run and are counted as in `npm test`.
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
  /** The variables that make it long. A test multiplies its usual number of rounds by DISCOVERYCACHE_ROUNDS. */
  readonly env: Readonly<Record<string, string>>;
}

const rounds: readonly Round[] = [
  {
    name: "the adapter suite, with three times the rounds",
    files: findFiles("tests/conformance", "_test.ts").filter((file) => file.includes("adapter")),
    env: { DISCOVERYCACHE_ROUNDS: "3" },
  },
  {
    name: "random walks through the protocol, fifty times as many",
    files: findFiles("tests/simulation", "_test.ts"),
    env: { DISCOVERYCACHE_ROUNDS: "50" },
  },
  { name: "attacks of their own", files: findFiles("tests/attack", "_attack.ts"), env: {} },
];

/** A round may take long; what is still running after this hangs. */
const longGuard = ["--guard", "1800"];

const selection = parseSelection([...longGuard, ...process.argv.slice(2)], Math.min(mostLanes, availableParallelism()));
const missing = missingRuntimes(selection.runtimes);
for (const line of missing) console.log(line);

const counts = { passed: 0, failed: missing.length };
if (missing.length === 0) {
  await Promise.all([buildPackage({ types: false }), buildPrograms()]);
  for (const { name, files, env } of rounds) {
    const jobs = planJobs(files, selection);
    if (jobs.length === 0) {
      console.log(`\nNothing to run yet: ${name}.`);
      continue;
    }
    console.log(`\n${name}:`);
    const { passed, failed } = await runSuite(jobs, selection, { env });
    counts.passed += passed;
    counts.failed += failed;
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
