import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { RuntimeName } from "../../scripts/runtimes.ts";
import { detectAdapter } from "../../src/adapters/detect.ts";
import { outputOf, programCommand } from "../support/processes.ts";

const runtime = detectAdapter().name as RuntimeName;

describe("systemClock.sleep() with keepAlive: false", () => {
  it("lets a process end that has nothing else to do", { timeout: 120_000 }, async () => {
    assertEquals(await outputOf(programCommand({ runtime, adapter: "native" }, "sleeper")), "nothing more to do\n");
  });
});
