import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { command, runtime, runtimeNames, runtimes, runtimeVersion } from "../../../scripts/runtimes.ts";

describe("runtimes()", () => {
  it("finds every runtime by its absolute path, and the right one", () => {
    for (const { name, path } of Object.values(runtimes())) {
      assertEquals(isAbsolute(path), true, `${name}: ${path}`);
      assertMatch(runtimeVersion(name), name === "node22" ? /^22\./ : name === "node24" ? /^24\./ : /^\d+\.\d+\.\d+$/);
    }
  });
});

describe("runtime()", () => {
  it("throws when the runtime is missing, and says where it was looked for", () => {
    const variable = "DISCOVERYCACHE_TEST_BUN";
    const given = process.env[variable];
    process.env[variable] = "/nowhere/bun";
    try {
      const { message } = assertThrows(() => runtime("bun"), Error);
      assertStringIncludes(message, `The runtime "bun" is missing: looked for /nowhere/bun.`);
      assertStringIncludes(message, variable);
    } finally {
      if (given === undefined) delete process.env[variable];
      else process.env[variable] = given;
    }
  });
});

describe("command()", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "discoverycache-command-"));
    const body = `console.log(typeof Deno !== "undefined" ? "deno" : typeof Bun !== "undefined" ? "bun" : "node");`;
    writeFileSync(join(folder, "built.mjs"), body);
    writeFileSync(join(folder, "source.ts"), `const ignored: string = "";\n${body}`);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const name of runtimeNames) {
    it(`runs JavaScript and TypeScript on ${name}, from any working directory`, () => {
      for (const file of ["built.mjs", "source.ts"]) {
        const [executable = "", ...args] = command(name, join(folder, file));
        const output = execFileSync(executable, args, {
          cwd: folder,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        });
        assertEquals(output.trim(), name.replace(/\d+/, ""), file);
      }
    });
  }

  it("gives Deno the permissions named, and all of them when none are", () => {
    assertEquals(command("deno", "x.js", []).includes("--allow-all"), false);
    assertEquals(command("deno", "x.js", ["--allow-read=/a"]).at(-2), "--allow-read=/a");
    assertEquals(command("deno", "x.js").includes("--allow-all"), true);
    assertEquals(command("deno", "x.js").includes("--no-prompt"), true);
  });
});
