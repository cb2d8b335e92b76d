/**
 * `npm test`: builds, runs every test file on Node, Bun and Deno, and ends with a table of what ran where.
 *
 * The last line is "N passed, N failed". A runtime that is missing, and a file in which nothing ran although the machine
 * allows it, are failures.
 */
import { availableParallelism } from "node:os";
import process from "node:process";
import { buildPackage, buildPrograms } from "./build.ts";
import { findFiles, parseSelection, planJobs } from "./test/plan.ts";
import { missingRuntimes, mostLanes, runSuite } from "./test/suite.ts";

const selection = parseSelection(process.argv.slice(2), Math.min(mostLanes, availableParallelism()));
const jobs = planJobs(findFiles("tests", "_test.ts"), selection);
const obstacles = missingRuntimes(selection.runtimes);
if (jobs.length === 0) obstacles.push("No test file was selected.");
for (const obstacle of obstacles) console.log(obstacle);

let counts = { passed: 0, failed: obstacles.length };
if (obstacles.length === 0) {
  await Promise.all([buildPackage({ types: false }), buildPrograms()]);
  counts = await runSuite(jobs, selection);
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
