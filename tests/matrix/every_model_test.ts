import { assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../scripts/runtimes.ts";
import { MODEL_TESTS } from "./model.ts";

describe("the tests of the Go package", () => {
  it("are all here, and each once", () => {
    const folder = join(projectRoot, "tests/matrix");
    const files = readdirSync(folder).filter((name) => name.endsWith("_test.ts"));
    const sources = files.map((name) => readFileSync(join(folder, name), "utf8"));
    const found = sources.flatMap((source) => [...source.matchAll(/^modelTest\("(\w+)"/gm)].map(([, name]) => name));
    assertEquals(found.sort(), [...MODEL_TESTS].sort());
  });
});
