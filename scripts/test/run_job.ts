/** Runs one test file on one runtime, in a process of its own, and says what came of it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, type RunResult } from "../run.ts";
import { projectRoot, runtime, runtimeVariable, tsxLoader } from "../runtimes.ts";
import type { Job, TestRuntime } from "./plan.ts";
import { capabilityLines } from "./summary.ts";
import { readBunReport, readDenoReport, readNodeReport, type TestCase, withoutSuite } from "./reports.ts";

/** What came of a job. */
export interface JobResult extends Job {
  readonly cases: readonly TestCase[];
  /** What is wrong with the file as a whole, beyond its tests. */
  readonly problems: readonly string[];
  readonly output: string;
  readonly ms: number;
}

/** Bun gives each test 5 s unless told otherwise; the guard around the file is what ends a test that hangs. */
const noTestTimeoutMs = 3_600_000;

/** Printed when the last line of the test file was reached. */
const evaluated = "discoverycache: the test file was evaluated to its end";

/** Files of one job. */
interface Paths {
  /** The test file. */
  readonly file: string;
  /** Where the runtime is to write its report. */
  readonly report: string;
  /** Where a file may be put that stands before the test file. */
  readonly entry: string;
}

interface Recipe {
  prepare?(paths: Paths): void;
  argv(path: string, paths: Paths): string[];
  read(report: string): TestCase[];
}

const recipes: Readonly<Record<TestRuntime, Recipe>> = {
  node: {
    // Without `--test`: the file is the process, so nothing stands between the guard and a test that hangs.
    argv: (path, { file, report }) => [
      path,
      "--import",
      tsxLoader(),
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      `--test-reporter=${new URL("node_reporter.ts", import.meta.url).href}`,
      `--test-reporter-destination=${report}`,
      file,
    ],
    read: readNodeReport,
  },
  bun: {
    argv: (path, { file, report }) => [
      path,
      "test",
      `--timeout=${noTestTimeoutMs}`,
      "--reporter=junit",
      `--reporter-outfile=${report}`,
      `./${file}`,
    ],
    read: readBunReport,
  },
  deno: {
    // Deno 2.9 says nothing when a file throws after its first `describe`: the tests before it pass, the others are
    // not missed. So a file stands before it that says when the end was reached.
    prepare: ({ file, entry }) =>
      writeFileSync(
        entry,
        `import ${JSON.stringify(pathToFileURL(join(projectRoot, file)).href)};\nconsole.log(${
          JSON.stringify(evaluated)
        });\n`,
      ),
    argv: (path, { report, entry }) => [
      path,
      "test",
      "--allow-all",
      "--no-check",
      `--config=${join(projectRoot, "deno.npm.json")}`,
      `--junit-path=${report}`,
      entry,
    ],
    read: readDenoReport,
  },
};

/** Options of {@linkcode runJob}. */
export interface JobOptions {
  /** A folder for the job's own files; it is made. */
  readonly folder: string;
  /** After how many seconds the file is killed. */
  readonly guardSeconds: number;
  /** Variables for the tests. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs the job. */
export async function runJob(job: Job, options: JobOptions): Promise<JobResult> {
  const { folder, guardSeconds } = options;
  mkdirSync(folder, { recursive: true });
  const paths: Paths = { file: job.file, report: join(folder, "report"), entry: join(folder, "entry_test.ts") };
  const recipe = recipes[job.runtime];
  recipe.prepare?.(paths);
  const result = await run(recipe.argv(runtime(job.runtime).path, paths), {
    timeoutMs: guardSeconds * 1000,
    env: {
      ...options.env,
      [runtimeVariable("node")]: runtime("node").path,
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
      DENO_NO_UPDATE_CHECK: "1",
    },
  });
  const { cases, unreadable } = readReport(recipe, paths.report);
  const problems = problemsOf(job, result, cases, guardSeconds);
  const output = result.output.split("\n").filter((line) => line !== evaluated).join("\n");
  return {
    ...job,
    cases,
    problems: unreadable === undefined ? problems : [unreadable, ...problems],
    output,
    ms: result.ms,
  };
}

/** A runner that died early leaves no report, or half of one. */
function readReport(recipe: Recipe, path: string): { cases: TestCase[]; unreadable?: string } {
  if (!existsSync(path)) return { cases: [] };
  try {
    return { cases: recipe.read(readFileSync(path, "utf8")) };
  } catch (error) {
    return { cases: [], unreadable: `its report cannot be read: ${String(error)}` };
  }
}

function problemsOf(job: Job, result: RunResult, cases: readonly TestCase[], guardSeconds: number): string[] {
  const failed = cases.some((test) => test.outcome === "failed");
  if (result.timedOut) {
    return [
      `did not end within ${guardSeconds} s and was killed: a test hangs, or left something that keeps the process alive`,
    ];
  }
  if (result.code !== 0 && !failed) return [`ended with ${result.code ?? "a signal"} though no test failed`];
  if (failed) return [];
  if (job.runtime === "deno" && !result.output.includes(evaluated)) return ["threw before its end was reached"];
  if (cases.some((test) => test.suite === withoutSuite)) {
    return ["has an `it` outside any `describe`: its tests could not be counted on every runtime"];
  }
  // Where the machine allows none of a file's tests, they say so.
  return cases.length === 0 && capabilityLines(result.output).length === 0 ? ["ran no test"] : [];
}
