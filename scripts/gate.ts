/**
 * `npm run ok`: everything that must hold before a change is taken, besides the tests. Every step is performed, even
 * after one failed; the last line is "N passed, N failed", and any failure makes the exit code non-zero.
 */
import process from "node:process";
import { buildPackage } from "./build.ts";
import { libraryEntries } from "./entries.ts";
import { findWrongArrows } from "./gate/arrows.ts";
import { type Documentation, findWithoutExample } from "./gate/examples.ts";
import { findLongFiles, publishedSources, readManifests, readProject, readSources, readText } from "./gate/house.ts";
import { readWorkflows } from "./gate/house.ts";
import { findDifferences, findHosts, findMissingPlatforms } from "./gate/manifests.ts";
import { smokeSteps } from "./gate/smoke.ts";
import { describeStep, performAll, programStep, searchStep, type Step } from "./gate/step.ts";
import { findWorkflowFaults } from "./gate/workflows.ts";
import { runOrThrow, tool } from "./run.ts";
import { runtime, runtimeNames, runtimeVersion } from "./runtimes.ts";
import { findFiles, runtimesOf } from "./test/plan.ts";

const entries = libraryEntries.map(({ source }) => source);
const deno = (...args: string[]) => [runtime("deno").path, ...args];
const node = (packageName: string, command: string, ...args: string[]) => [
  runtime("node").path,
  tool(packageName, command),
  ...args,
];
/** Resolves what tests import without asking JSR. */
const withoutJsr = "--config=deno.npm.json";

/** What Deno ever runs of the tests; the others may use what Deno cannot resolve without JSR. */
const testsOnDeno = () => findFiles("tests", ".ts").filter((file) => runtimesOf(file).includes("deno"));

const steps: readonly Step[] = [
  {
    name: "every runtime is there",
    perform: () => Promise.resolve(runtimeNames.map((n) => `${n} ${runtimeVersion(n)}`)),
  },
  programStep("deno fmt --check", () => deno("fmt", "--check")),
  programStep("deno lint", () => deno("lint", "--quiet")),
  programStep("tsc: sources, tests and scripts", () => node("typescript", "tsc", "--project", "tsconfig.json")),
  programStep(
    "tsc: sources without Node's types, as they are published",
    () => node("typescript", "tsc", "--project", "tsconfig.src.json", "--emitDeclarationOnly", "false", "--noEmit"),
  ),
  programStep(
    "deno check",
    () => deno("check", "--quiet", withoutJsr, ...publishedSources(), ...testsOnDeno()),
  ),
  programStep("deno doc --lint", () => deno("doc", "--lint", "--quiet", ...entries)),
  programStep(
    "the examples in the documentation run",
    () => deno("test", "--doc", "--quiet", "--allow-all", withoutJsr, ...publishedSources()),
  ),
  searchStep("every export has an example", async () => {
    const { stdout } = await runOrThrow(deno("doc", "--json", ...entries));
    return findWithoutExample(JSON.parse(stdout) as Documentation);
  }),
  programStep("deno publish --dry-run", () => deno("publish", "--dry-run", "--allow-dirty", "--quiet")),
  searchStep("arrows of dependency", () => findWrongArrows(readSources())),
  { name: "file sizes", perform: () => Promise.resolve(findLongFiles()) },
  searchStep("both manifests agree", () => findDifferences(readManifests())),
  searchStep("the lock file names no host", () => findHosts(readText("package-lock.json"))),
  searchStep("the lock file serves every system", () => findMissingPlatforms(readText("package-lock.json"))),
  searchStep("the workflows for GitHub", () => findWorkflowFaults(readWorkflows(), readProject())),
  { name: "build", perform: () => buildPackage({ types: true }) },
  programStep("publint", () => node("publint", "publint", "--strict")),
  programStep("attw", () => node("@arethetypeswrong/cli", "attw", "--pack", "--profile", "esm-only", "--no-emoji")),
  ...smokeSteps(),
];

const results = await performAll(steps);
const failed = results.filter(({ ok }) => !ok);
console.log(`\nin ${(results.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(0)} s`);
for (const result of failed) console.log(describeStep(result));
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
