import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { readProject, readWorkflows } from "../../../scripts/gate/house.ts";
import { findWorkflowFaults } from "../../../scripts/gate/workflows.ts";
import { testRuntimes } from "../../../scripts/test/plan.ts";

/** What is found when a text in one of the project's own workflows is replaced, wherever it stands. */
async function faultsWith(file: string, text: string, replacement: string): Promise<string> {
  const files = readWorkflows();
  const sound = files.get(file) ?? "";
  assert(sound.includes(text), `${file} holds no ${JSON.stringify(text)}`);
  files.set(file, sound.replaceAll(text, replacement));
  return (await findWorkflowFaults(files, readProject())).join("\n");
}

/** What is replaced in which file, by what, and what is found then. */
type Change = readonly [what: string, file: string, text: string, replacement: string, fault: string];

const changes: readonly Change[] = [
  // By GitHub's parser.
  ["what is no YAML", "ci.yml", "jobs:", "jobs: [", "ci.yml"],
  ["an unknown key", "ci.yml", "timeout-minutes", "timeout", "Unexpected value 'timeout'"],
  ["an unknown event", "ci.yml", "pull_request:", "pull_requests:", "pull_requests"],
  ["an unknown context", "ci.yml", "matrix.node }}", "matrx.node }}", "Unrecognized named-value: 'matrx'"],
  ["a job that is not there", "publish.yml", "[suite, version]", "[suit, version]", "unknown job 'suit'"],
  // By the habits of any workflow.
  ["a job without an end", "ci.yml", "    timeout-minutes: 60\n", "", "linux has no time-out"],
  ["more rights than needed", "ci.yml", "contents: read", "contents: write", "permissions would be"],
  [
    "more rights for a job",
    "publish.yml",
    "      id-token: write",
    "      id-token: write\n      packages: write",
    "rights",
  ],
  ["publishing without a token", "publish.yml", "      id-token: write\n", "", "id-token"],
  ["no concurrency group", "ci.yml", "concurrency:\n  group: suite-${{ github.ref }}\n", "env:\n", "no concurrency"],
  ["an action of any version", "ci.yml", "checkout@v5", "checkout@main", "not an action of a major version"],
  ["a job that may fail", "ci.yml", "    strategy:", "    continue-on-error: true\n    strategy:", "may fail unseen"],
  ["a step that may fail", "ci.yml", "npm test", "npm test\n        continue-on-error: true", "may fail unseen"],
  ["a script that is not there", "ci.yml", "npm run ok", "npm run okay", "package.json has no such script"],
  ["a program that is not there", "ci.yml", ".ci/run", ".ci/runs", "there is no such program"],
  ["a file that is no program", "ci.yml", ".ci/run", "README.md", "there is no such program"],
  ["a tool that is not installed", "publish.yml", "npx deno", "npx jsr", "jsr is not installed"],
  [
    "a text from outside in a command",
    "publish.yml",
    '"$GITHUB_REF_NAME"',
    '"${{ github.ref_name }}"',
    "an expression",
  ],
  // By what this suite has to prove.
  ["a system less", "ci.yml", "macos-latest, ", "", "on macos-latest with Node 20"],
  ["Windows less", "ci.yml", ", windows-latest", "", "on windows-latest with Node 24"],
  ["a Node less", "ci.yml", "[20, 22, 24]", "[20, 22]", "on ubuntu-latest with Node 24"],
  ["no tests", "ci.yml", "      - run: npm test\n", "", "no job runs the whole suite on macos-latest"],
  ["no gate", "ci.yml", "      - run: npm run ok\n", "", "no job runs the whole suite on windows-latest"],
  ["another Node than it says", "ci.yml", "node-version: ${{ matrix.node }}", "node-version: 20", "with Node 22"],
  ["a job that is left out", "ci.yml", "    strategy:", "    if: github.ref == 'x'\n    strategy:", "no job runs"],
  ["nothing that others may wait for", "ci.yml", "  workflow_call:\n", "", "does not run on workflow_call"],
  // By what publishing has to wait for.
  ["publishing at any push", "publish.yml", 'tags: ["v*"]', "branches: [main]", "on tags v* alone"],
  ["publishing without the suite", "publish.yml", "[suite, version]", "[version]", "npm does not need the suite"],
  ["publishing whatever version", "publish.yml", "[suite, version]", "[suite]", "jsr does not need the tag's check"],
  ["publishing whatever fails", "publish.yml", "    needs: [", "    if: always()\n    needs: [", "has a condition"],
  ["no provenance", "publish.yml", " --provenance", "", "0 jobs run `npm publish --provenance"],
  ["no JSR", "publish.yml", "npx deno publish", "npm install", "0 jobs run `npx deno publish`"],
];

describe("the workflows for GitHub", () => {
  it("are sound", async () => {
    assertEquals(await findWorkflowFaults(readWorkflows(), readProject()), []);
  });

  it("test on every runtime: those that `npm test` knows, all of which it needs", () => {
    assertEquals([...testRuntimes], ["node", "bun", "deno"]);
    assert("bun" in readProject().devDependencies && "deno" in readProject().devDependencies);
    for (const name of readWorkflows().get("ci.yml")?.match(/^ {4}name: .*$/gm) ?? []) {
      assert(name.endsWith(", Node ${{ matrix.node }}, Bun and Deno"), name);
    }
  });

  for (const [what, file, text, replacement, fault] of changes) {
    it(`would be refused with ${what}`, async () => {
      assertStringIncludes(await faultsWith(file, text, replacement), fault);
    });
  }

  for (const name of ["ci.yml", "publish.yml"]) {
    it(`would be refused without ${name}`, async () => {
      const files = readWorkflows();
      files.delete(name);
      assertStringIncludes(
        (await findWorkflowFaults(files, readProject())).join("\n"),
        `${name}: there is no such file`,
      );
    });
  }
});
