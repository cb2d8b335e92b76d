import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type TestRuntime, testRuntimes } from "../../../scripts/test/plan.ts";
import { type JobResult, runJob } from "../../../scripts/test/run_job.ts";
import { capabilities, hasFailed } from "../../../scripts/test/summary.ts";

describe("runJob()", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "discoverycache-job-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const runFixture = (name: string, runtime: TestRuntime, guardSeconds = 60): Promise<JobResult> =>
    runJob(
      { file: `tests/unit/scripts/fixtures/${name}.ts`, runtime },
      { folder: join(folder, `${name}-${runtime}`), guardSeconds, env: {} },
    );

  for (const runtime of testRuntimes) {
    it(`counts each test under its outermost describe on ${runtime}`, async () => {
      const result = await runFixture("mixed", runtime);
      assertEquals(result.cases.map(({ suite, outcome }) => `${suite} ${outcome}`).sort(), [
        "outer <&> failed",
        "outer <&> passed",
        "outer <&> passed",
        "outer <&> skipped",
        "second passed",
      ]);
      assertEquals(result.problems, []);
      assertStringIncludes(result.output, "found this");
      assertEquals(capabilities([result]), [`capability: none (${runtime})`]);
    });

    it(`finds fault with a file that ran no test on ${runtime}`, async () => {
      assertEquals((await runFixture("empty", runtime)).problems, ["ran no test"]);
    });

    it(`is content with a file that says why it ran no test on ${runtime}`, async () => {
      assertEquals((await runFixture("incapable", runtime)).problems, []);
    });

    it(`fails a file that throws after its first describe on ${runtime}`, async () => {
      assert(hasFailed(await runFixture("throws", runtime)));
    });

    it(`fails a file with a failing hook on ${runtime}`, async () => {
      const result = await runFixture("hook", runtime);
      assert(hasFailed(result));
      assertStringIncludes(result.output, "in a hook");
    });

    it(`fails a file with a test outside any describe on ${runtime}`, async () => {
      assert(hasFailed(await runFixture("bare", runtime)));
    });

    it(`ends a file that hangs on ${runtime}`, async () => {
      const { problems: [problem = ""] } = await runFixture("hangs", runtime, 2);
      assertStringIncludes(problem, "did not end within 2 s and was killed");
    });
  }
});
