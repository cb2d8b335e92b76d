import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { findFiles, parseSelection, planJobs, runtimesOf } from "../../../scripts/test/plan.ts";

describe("runtimesOf()", () => {
  it("is every runtime, unless the file's name tells one", () => {
    assertEquals(runtimesOf("tests/a_test.ts"), ["node", "bun", "deno"]);
    assertEquals(runtimesOf("tests/a_deno_test.ts"), ["deno"]);
    assertEquals(runtimesOf("tests/a_node_test.ts"), ["node"]);
    assertEquals(runtimesOf("tests/a_bun_test.ts"), ["bun"]);
    assertEquals(runtimesOf("tests/a_attack.ts"), ["node", "bun", "deno"]);
    assertEquals(runtimesOf("tests/a_node_attack.ts"), ["node"]);
  });
});

describe("planJobs()", () => {
  const files = ["tests/a_test.ts", "tests/b_deno_test.ts", "tests/sub/c_test.ts"];
  const plan = (...args: string[]) =>
    planJobs(files, parseSelection(args, 2)).map((job) => `${job.file} ${job.runtime}`);

  it("runs every file on all its runtimes", () => {
    assertEquals(plan().length, 7);
  });

  it("keeps to the runtimes and the parts of paths that were asked for", () => {
    assertEquals(plan("--runtime", "node"), ["tests/a_test.ts node", "tests/sub/c_test.ts node"]);
    assertEquals(plan("--runtime", "deno", "--only", "b_", "--only", "sub/"), [
      "tests/b_deno_test.ts deno",
      "tests/sub/c_test.ts deno",
    ]);
  });
});

describe("parseSelection()", () => {
  it("takes everything, unless told otherwise", () => {
    assertEquals(parseSelection([], 2), { runtimes: ["node", "bun", "deno"], only: [], lanes: 2, guardSeconds: 240 });
    const { lanes, guardSeconds } = parseSelection(["--lanes", "1", "--guard", "0.5"], 2);
    assertEquals([lanes, guardSeconds], [1, 0.5]);
  });

  it("throws when it does not understand, and says what would be right", () => {
    for (const args of [["--runtime", "rhino"], ["--only"], ["--lanes", "0"], ["--guard", "soon"], ["adapter"]]) {
      const { message } = assertThrows(() => parseSelection(args, 2), Error);
      assertStringIncludes(message, args.join(" "));
      assertStringIncludes(message, "--runtime node|bun|deno");
    }
  });
});

describe("findFiles()", () => {
  it("finds files at any depth by the end of their name, with slashes", () => {
    const found = findFiles("tests", "_test.ts");
    assert(found.includes("tests/unit/scripts/plan_test.ts"), found.join(", "));
    assert(found.every((path) => path.endsWith("_test.ts")));
  });

  it("finds nothing in a folder that is not there", () => {
    assertEquals(findFiles("tests/nowhere", ".ts"), []);
  });
});
