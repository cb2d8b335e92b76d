/** Runs jobs, tells about each one when it is done, and prints the table at the end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime, runtimeVersion } from "../runtimes.ts";
import type { Job, Selection, TestRuntime } from "./plan.ts";
import { type JobResult, runJob } from "./run_job.ts";
import { capabilities, type Counts, failures, figures, hasFailed, renderTable, tabulate, total } from "./summary.ts";

/** More files at a time would only wait for each other: most tests start processes of their own. */
export const mostLanes = 2;

/** What a job gets beyond its file. */
export interface Setting {
  /** Variables for the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the jobs in a few lanes, prints everything that is worth knowing, and returns the sums. */
export async function runSuite(jobs: readonly Job[], selection: Selection, setting: Setting = {}): Promise<Counts> {
  const started = performance.now();
  const results = await runJobs(jobs, selection, setting);
  const rows = tabulate(results);
  for (const text of failures(results)) console.log(`\n${text}`);
  console.log(`\n${renderTable(rows)}\n`);
  for (const line of [...capabilities(results), ...figures(results)]) console.log(line);
  console.log(`${results.length} runs of files in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return total(rows);
}

async function runJobs(jobs: readonly Job[], selection: Selection, setting: Setting): Promise<JobResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-test-"));
  const results: JobResult[] = [];
  const waiting = [...jobs.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, job] = next;
      const options = {
        folder: join(folder, String(index)),
        guardSeconds: selection.guardSeconds,
        env: setting.env ?? {},
      };
      const result = await runJob(job, options);
      results.push(result);
      console.log(describeResult(result));
    }
  };
  try {
    await Promise.all(Array.from({ length: selection.lanes }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

function describeResult(result: JobResult): string {
  const state = hasFailed(result) ? "FAILED" : "ok    ";
  return `${state} ${result.runtime.padEnd(4)} ${result.file} (${(result.ms / 1000).toFixed(1)} s)`;
}

/** Names each runtime with its version, and returns what is wrong with those that are missing. */
export function missingRuntimes(names: readonly TestRuntime[]): string[] {
  return names.flatMap((name) => {
    try {
      console.log(`${name.padEnd(4)} ${runtimeVersion(name)} ${runtime(name).path}`);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}
