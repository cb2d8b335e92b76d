/** The table at the end of a test run, and what is printed around it. Pure functions of the results. */
import { type TestRuntime, testRuntimes } from "./plan.ts";
import type { Outcome } from "./reports.ts";
import type { JobResult } from "./run_job.ts";

/** How many tests ended in which way. */
export type Counts = Record<Outcome, number>;

/** A line of the table: an outermost `describe` of a file. */
export interface Row {
  readonly file: string;
  readonly suite: string;
  readonly cells: ReadonlyMap<TestRuntime, Counts>;
}

/** Stands in the table for what is wrong with a file as a whole. */
export const wholeFile = "(the file itself)";

const none = (): Counts => ({ passed: 0, failed: 0, skipped: 0 });

/** One row for each file and outermost `describe`, in the order of the results. A file with a problem has a row for it. */
export function tabulate(results: readonly JobResult[]): Row[] {
  const rows = new Map<string, { file: string; suite: string; cells: Map<TestRuntime, Counts> }>();
  const count = (result: JobResult, suite: string, outcome: Outcome) => {
    const key = JSON.stringify([result.file, suite]);
    const row = rows.get(key) ?? { file: result.file, suite, cells: new Map<TestRuntime, Counts>() };
    rows.set(key, row);
    const counts = row.cells.get(result.runtime) ?? none();
    row.cells.set(result.runtime, counts);
    counts[outcome] += 1;
  };
  for (const result of results) {
    for (const { suite, outcome } of result.cases) count(result, suite, outcome);
    for (const _ of result.problems) count(result, wholeFile, "failed");
  }
  return [...rows.values()].sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : 0);
}

/** The sum over some rows, for one runtime or for all. */
export function total(rows: readonly Row[], runtime?: TestRuntime): Counts {
  const sum = none();
  for (const row of rows) {
    for (const [name, counts] of row.cells) {
      if (runtime !== undefined && runtime !== name) continue;
      for (const outcome of ["passed", "failed", "skipped"] as const) sum[outcome] += counts[outcome];
    }
  }
  return sum;
}

/** The table as text: a line for each row, a column for each runtime, and the sums below. */
export function renderTable(rows: readonly Row[]): string {
  const lines: string[][] = [["suite", ...testRuntimes]];
  let file = "";
  for (const row of rows) {
    if (row.file !== file) lines.push([row.file, ...testRuntimes.map(() => "")]);
    file = row.file;
    lines.push([`  ${row.suite}`, ...testRuntimes.map((runtime) => renderCounts(row.cells.get(runtime)))]);
  }
  lines.push(["total", ...testRuntimes.map((runtime) => renderCounts(total(rows, runtime)))]);
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const text = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
  return [text[0], rule, ...text.slice(1, -1), rule, text.at(-1)].join("\n");
}

function renderCounts(counts: Counts | undefined): string {
  if (counts === undefined) return "-";
  const parts = [`${counts.passed} passed`];
  if (counts.failed > 0) parts.push(`${counts.failed} FAILED`);
  if (counts.skipped > 0) parts.push(`${counts.skipped} skipped`);
  return parts.join(", ");
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");

/** The lines of a run's output, without colours. */
function linesOf(output: string): string[] {
  return output.replaceAll(colours, "").split("\n").map((line) => line.trim());
}

/** The lines of a run's output that name what this machine does not allow, and so which tests were left out. */
export function capabilityLines(output: string): string[] {
  return linesOf(output).filter((line) => line.startsWith("capability:"));
}

/** What tests said about this machine; each line once, with the runtimes that said it. */
export function capabilities(results: readonly JobResult[]): string[] {
  const said = new Map<string, Set<TestRuntime>>();
  for (const result of results) {
    for (const text of capabilityLines(result.output)) {
      said.set(text, (said.get(text) ?? new Set()).add(result.runtime));
    }
  }
  return [...said].map(([text, by]) => `${text} (${testRuntimes.filter((name) => by.has(name)).join(", ")})`).sort();
}

/** How a line begins that says what was done, and is of interest although nothing failed. */
const FIGURE = /^(?:attack|mutation|simulation):/;

/** What attacks and simulations said of what they did. */
export function figures(results: readonly JobResult[]): string[] {
  return results.flatMap(({ output }) => linesOf(output).filter((line) => FIGURE.test(line)));
}

/** The output in full of every job that failed. */
export function failures(results: readonly JobResult[]): string[] {
  return results.filter(hasFailed).map((result) => {
    const title = `${result.file} on ${result.runtime}`;
    return [`=== ${title}`, ...result.problems.map((problem) => `${title} ${problem}.`), result.output.trimEnd()].join(
      "\n",
    );
  });
}

/** Did a test fail, or the file as a whole? */
export function hasFailed(result: JobResult): boolean {
  return result.problems.length > 0 || result.cases.some((test) => test.outcome === "failed");
}
