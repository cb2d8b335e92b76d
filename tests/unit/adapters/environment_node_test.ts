import { assertEquals } from "@std/assert";
import process from "node:process";
import { afterEach, describe, it } from "node:test";
import { mayReadVariable, system, variable } from "../../../src/adapters/environment.ts";

const globals = globalThis as { Deno?: unknown };
const name = "DISCOVERYCACHE_TEST_VARIABLE";

describe("the environment where a library has put a `Deno` of its own", () => {
  afterEach(() => {
    delete globals.Deno;
    delete process.env[name];
  });

  it("is the one of the process", () => {
    process.env[name] = "seen";
    const own = system();
    globals.Deno = { env: { get: () => "a shim's" }, build: { os: "plan9" } };
    assertEquals([variable(name), mayReadVariable(name), system()], ["seen", true, own]);
  });
});
