import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { TestRuntime } from "../../../scripts/test/plan.ts";
import type { Outcome } from "../../../scripts/test/reports.ts";
import type { JobResult } from "../../../scripts/test/run_job.ts";
import {
  capabilities,
  failures,
  figures,
  hasFailed,
  renderTable,
  tabulate,
  total,
} from "../../../scripts/test/summary.ts";

function result(file: string, runtime: TestRuntime, cases: [string, Outcome][], problems: string[] = []): JobResult {
  return { file, runtime, cases: cases.map(([suite, outcome]) => ({ suite, outcome })), problems, output: "", ms: 1 };
}

const results = [
  result("tests/b_test.ts", "node", [["x", "passed"], ["y", "passed"], ["x", "skipped"]]),
  result("tests/b_test.ts", "bun", [["x", "failed"], ["y", "passed"]]),
  result("tests/a_test.ts", "deno", [], ["ran no test"]),
];

describe("tabulate()", () => {
  it("makes a row for each file and outermost describe, sorted by file", () => {
    assertEquals(tabulate(results).map(({ file, suite }) => `${file} ${suite}`), [
      "tests/a_test.ts (the file itself)",
      "tests/b_test.ts x",
      "tests/b_test.ts y",
    ]);
  });

  it("counts each runtime by itself", () => {
    const row = tabulate(results)[1];
    assertEquals(row?.cells.get("node"), { passed: 1, failed: 0, skipped: 1 });
    assertEquals(row?.cells.get("bun"), { passed: 0, failed: 1, skipped: 0 });
    assertEquals(row?.cells.get("deno"), undefined);
  });
});

describe("total()", () => {
  it("sums up one runtime or all; a problem of a file is a failure", () => {
    const rows = tabulate(results);
    assertEquals(total(rows), { passed: 3, failed: 2, skipped: 1 });
    assertEquals(total(rows, "deno"), { passed: 0, failed: 1, skipped: 0 });
  });
});

describe("renderTable()", () => {
  it("has a column for each runtime, and the sums below", () => {
    assertEquals(renderTable(tabulate(results)).split("\n"), [
      "suite                node                 bun                 deno",
      "-------------------  -------------------  ------------------  ------------------",
      "tests/a_test.ts",
      "  (the file itself)  -                    -                   0 passed, 1 FAILED",
      "tests/b_test.ts",
      "  x                  1 passed, 1 skipped  0 passed, 1 FAILED  -",
      "  y                  1 passed             1 passed            -",
      "-------------------  -------------------  ------------------  ------------------",
      "total                2 passed, 1 skipped  1 passed, 1 FAILED  0 passed, 1 FAILED",
    ]);
  });
});

describe("capabilities()", () => {
  it("collects each line once, without colours, and with the runtimes that said it", () => {
    const escape = String.fromCharCode(27);
    const outputs = [
      ["deno", `------- output -------\n${escape}[0mcapability: no x${escape}[0m\n`],
      ["node", "  capability: no x\nnot a capability: y\n"],
      ["bun", "capability: a\ncapability: a"],
    ] as const;
    const said = outputs.map(([runtime, output]) => ({ ...result("f", runtime, []), output }));
    assertEquals(capabilities(said), ["capability: a (bun)", "capability: no x (node, deno)"]);
  });
});

describe("figures()", () => {
  it("collects what attacks said, in their order", () => {
    const output = "attack: 3 rounds\nnot an attack: y\n  attack: 2 kills\n";
    assertEquals(figures([{ ...result("f", "node", []), output }]), ["attack: 3 rounds", "attack: 2 kills"]);
  });
});

describe("failures()", () => {
  it("gives the whole output of every run that failed, and of no other", () => {
    const bad = { ...result("f", "node", [], ["ran no test"]), output: "all\nof it\n" };
    assertEquals(failures([result("g", "bun", [["x", "passed"]]), bad]), [
      "=== f on node\nf on node ran no test.\nall\nof it",
    ]);
  });
});

describe("hasFailed()", () => {
  it("is true for a failed test, and for a problem of the file", () => {
    assertEquals(results.map(hasFailed), [false, true, true]);
  });
});
