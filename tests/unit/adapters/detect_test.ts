import { assertEquals, assertStrictEquals } from "@std/assert";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { importsOf } from "../../../scripts/gate/code_only.ts";
import { projectRoot, runtime } from "../../../scripts/runtimes.ts";
import { detectAdapter, makeAdapter } from "../../../src/adapters/detect.ts";

const folder = join(projectRoot, "src/adapters");

describe("detectAdapter()", () => {
  it("finds out the runtime, and gives the same adapter at every call", () => {
    const { deno, bun } = process.versions;
    assertEquals(detectAdapter().name, deno !== undefined ? "deno" : bun !== undefined ? "bun" : "node");
    assertStrictEquals(detectAdapter(), detectAdapter());
  });

  it("can be imported by Deno without any permission, and makes an adapter", () => {
    const program = `import { detectAdapter } from ${
      JSON.stringify(join(folder, "detect.ts"))
    }; console.log(detectAdapter().name);`;
    const url = `data:application/typescript,${encodeURIComponent(program.replace('from "', 'from "file://'))}`;
    const output = execFileSync(runtime("deno").path, ["run", "--no-prompt", "--no-check", "--no-config", url], {
      encoding: "utf8",
    });
    assertEquals(output.trim(), "deno");
  });
});

describe("makeAdapter()", () => {
  it("takes Deno first, then Bun, and else Node", () => {
    const Deno = { version: { deno: "2.9.6" } };
    const Bun = { version: "1.4.5" };
    assertEquals(makeAdapter({ Deno, Bun }).name, "deno");
    assertEquals(makeAdapter({ Bun }).name, "bun");
    assertEquals(makeAdapter({}).name, "node");
  });

  it("is not taken in by a Deno that a library has put there", () => {
    assertEquals(makeAdapter({ Deno: {} }).name, "node");
    assertEquals(makeAdapter({ Deno: { version: {} }, Bun: { version: "1.4.5" } }).name, "bun");
  });
});

describe("src/adapters", () => {
  it("imports nothing but the contract, the errors and itself", () => {
    const allowed = /^(\.\.\/(adapter|errors)\.ts|\.\/[a-z_]+\.ts)$/;
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), "utf8");
      const imported = importsOf(text).map(({ specifier }) => specifier);
      assertEquals(imported.filter((specifier) => !allowed.test(specifier)), [], file);
    }
  });
});
