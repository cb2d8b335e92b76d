import { assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../scripts/runtimes.ts";
import { FAULTS } from "./model.ts";

const folder = join(projectRoot, "tests/faults");

/** The numbers of the faults that the tests of this folder name. */
function named(): number[] {
  const sources = readdirSync(folder).filter((name) => name.endsWith("_test.ts") && name !== "complete_test.ts");
  return sources.flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return [...text.matchAll(/\bfault\(\s*(\d+),|\(fault (\d+)\)/g)].map(([, one, other]) => Number(one ?? other));
  });
}

describe("the faults of the Go package", () => {
  it("are 28, and each of them has a test of its own here", () => {
    const numbers = Object.keys(FAULTS).map(Number);
    assertEquals(numbers, Array.from({ length: 28 }, (_, index) => index + 1));
    assertEquals([...new Set(named())].sort((one, other) => one - other), numbers);
  });
});
