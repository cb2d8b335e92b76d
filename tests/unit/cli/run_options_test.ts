import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { checkRun } from "../../../src/cli/run/run_options.ts";
import { InvalidDurationError, InvalidOptionError } from "../../../src/errors.ts";

const VARIABLE = "DISCOVERYCACHE_TEST_KEY";

describe("checkRun() and the name of what is run", () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(join(tmpdir(), "discoverycache-key-"))));
  after(() => {
    rmSync(folder, { recursive: true });
    delete process.env[VARIABLE];
  });
  const named = (key: readonly string[], ...operands: string[]) => {
    return checkRun({ options: { root: "/r", key }, operands }).source.name;
  };

  it("is made of the arguments, and --key args says no more", () => {
    assertEquals(named(["args"], "echo", "a"), named([], "echo", "a"));
    assertNotEquals(named([], "echo", "a"), named([], "echo", "b"));
  });

  it("differs by the working directory with cwd only", () => {
    const here = process.cwd();
    const [plain, keyed] = [named([], "x"), named(["cwd"], "x")];
    process.chdir(folder);
    try {
      assertEquals(named([], "x"), plain);
      assertNotEquals(named(["cwd"], "x"), keyed);
    } finally {
      process.chdir(here);
    }
    assertEquals(named(["cwd"], "x"), keyed);
  });

  it("differs by a variable that is named, also between empty and not set", () => {
    const names = ["one", "other", "", undefined].map((value) => {
      if (value === undefined) delete process.env[VARIABLE];
      else process.env[VARIABLE] = value;
      return named([`env:${VARIABLE}`], "x");
    });
    assertEquals(new Set(names).size, 4);
  });

  it("does not tell what is in the environment", () => {
    process.env[VARIABLE] = "confidential";
    const name = named([`env:${VARIABLE}`], "x");
    assert(!name.includes("confidential"), name);
  });

  it("differs by the time of a file, and when there is none", () => {
    const file = join(folder, "file");
    const missing = named([`file:${file}`], "x");
    writeFileSync(file, "");
    utimesSync(file, 1_000, 1_000);
    const old = named([`file:${file}`], "x");
    utimesSync(file, 1_000, 1_001);
    const changed = named([`file:${file}`], "x");
    utimesSync(file, 1_000, 1_000);
    assertEquals(new Set([missing, old, changed]).size, 3);
    assertEquals(named([`file:${file}`], "x"), old);
  });

  it("is the same in whichever order the parts are named", () => {
    const parts = ["cwd", `env:${VARIABLE}`, "env:HOME", `file:${folder}`];
    assertEquals(named(parts, "x"), named([...parts].reverse(), "x"));
  });

  it("is legible, and of the command alone", () => {
    assertMatch(named(["cwd"], "npm", "ls", "--json"), /^npm-ls-json-[0-9a-f]+-[0-9a-f]{32}$/);
  });

  for (const word of ["", "cmd", "env:", "env:A=B", "file:", "file:a\0b", "ENV:HOME"]) {
    it(`refuses --key ${JSON.stringify(word)}, and says what would be right`, () => {
      const error = assertThrows(() => named([word], "x"), InvalidOptionError);
      assertMatch(error.message, /--key cannot be .*args, cwd, env:NAME, file:PATH/);
    });
  }

  it("refuses --key beside --name, and a tier of records", () => {
    const both = { options: { root: "/r", key: ["cwd"], name: "a" }, operands: ["x"] };
    assertThrows(() => checkRun(both), InvalidOptionError, "no --key where there is a --name");
    for (const tier of ["discovery.command", "a.stderr"]) {
      assertThrows(() => checkRun({ options: { root: "/r", tier }, operands: ["x"] }), InvalidOptionError, "records");
    }
  });

  it("refuses durations that no source can have, by the names of its options", () => {
    const wrong = [["ttl", "30000d"], ["deadline", "0s"], ["deadline", "25h"], ["max-wait", "x"], ["max-stale", "-1s"]];
    for (const [option = "", value = ""] of wrong) {
      const check = () => checkRun({ options: { root: "/r", [option]: value }, operands: ["x"] });
      assertThrows(check, InvalidDurationError, `--${option} cannot be "${value}"`);
    }
  });

  it("waits until the end, and takes data of any age, unless it is told otherwise", () => {
    const plain = checkRun({ options: { root: "/r" }, operands: ["x"] });
    assertEquals([plain.maxWait, plain.maxStale, plain.json, plain.stderr], [undefined, Infinity, false, false]);
    const options = { "root": "/r", "max-wait": "2s", "max-stale": "1h", "json": true, "stderr": true } as const;
    const told = checkRun({ options, operands: ["x"] });
    assertEquals([told.maxWait, told.maxStale, told.json, told.stderr], [2_000, 3_600_000, true, true]);
  });
});
