import { assertEquals, assertStringIncludes } from "@std/assert";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import {
  environmentCommand,
  environmentOf,
  type Findings,
  homeIn,
  withVariables,
} from "../support/environment_child.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";

const guard = { timeout: 120_000 };
const variables = { FIZ_TTL_RUNTIME: "7m", FIZ_LOCK_TIMEOUT: "soon" };
/** No permission that matters. With no such flag at all, a Deno that is started through `node:child_process` gets all. */
const none = ["--allow-sys=loadavg"];

/** That userCacheDir() named the flag it needs. */
function assertRefused({ folder }: Findings): void {
  const { error } = folder as Exclude<typeof folder, string>;
  assertEquals([error?.name, error?.code], ["MissingPermissionError", "MISSING_PERMISSION"]);
  assertStringIncludes(error?.message ?? "", "run it with --allow-env=");
}

describe("Deno without permission for the environment", () => {
  it("has the times that have proved good, and an error that names the flag for the folder", guard, () => {
    const found = environmentOf("deno", { variables, denoFlags: none });
    assertEquals([found.presets.runtime?.ttl, found.presets.lockTimeout], [300_000, 100]);
    assertRefused(found);
  });

  it("reads the variables that it may, and leaves the others", guard, async () => {
    await inTemporaryFolder((folder) => {
      const home = homeIn(folder);
      const denoFlags = [`--allow-env=FIZ_TTL_RUNTIME,${Object.keys(home.variables)}`];
      const found = environmentOf("deno", { variables: { ...variables, ...home.variables }, denoFlags });
      assertEquals([found.presets.runtime?.ttl, found.presets.lockTimeout], [420_000, 100]);
      assertEquals(found.folder, home.cache);
    });
  });

  it("leaves what is denied", guard, () => {
    const denoFlags = ["--allow-env", "--deny-env=FIZ_LOCK_TIMEOUT,XDG_CACHE_HOME,HOME,LOCALAPPDATA"];
    const found = environmentOf("deno", { variables, denoFlags });
    assertEquals([found.presets.runtime?.ttl, found.presets.lockTimeout], [420_000, 100]);
    assertRefused(found);
  });

  const terminal = process.platform === "linux" && existsSync("/usr/bin/script");
  if (!terminal) console.log("capability: environment: terminal: `script` is not installed");
  const withTerminal = terminal ? it : undefined;
  void withTerminal?.("does not prompt on a terminal", guard, () => {
    const line = environmentCommand("deno", none).filter((word) => word !== "--no-prompt");
    const words = line.map((word) => `'${word}'`).join(" ");
    const { stdout, status } = spawnSync("script", ["-qec", words, "/dev/null"], {
      env: withVariables(variables),
      encoding: "utf8",
      // A prompt would wait for an answer here; without a terminal there would be none.
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    const found = JSON.parse(stdout) as Findings;
    assertEquals([status, found.presets.runtime?.ttl], [0, 300_000]);
    assertRefused(found);
  });
});
