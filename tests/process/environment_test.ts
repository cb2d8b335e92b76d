import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../scripts/runtimes.ts";
import { environmentOf, homeIn } from "../support/environment_child.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";
import { ownRuntime } from "../support/command_bench.ts";

const guard = { timeout: 120_000 };

describe("a program's environment", () => {
  it("changes the times of presets(), which are what has proved good without it", guard, () => {
    const variables = {
      FIZ_TTL_DISCOVERY_PTY: "2h",
      FIZ_REFRESH_DEADLINE_HTTP: "90s",
      FIZ_LOCK_TIMEOUT: "1s",
      FIZ_TTL_RUNTIME: "",
    };
    assertEquals(environmentOf(ownRuntime, { variables }).presets, {
      discoveryTerminal: { ttl: 7_200_000, refreshDeadline: 60_000 },
      discoveryRemote: { ttl: 86_400_000, refreshDeadline: 90_000 },
      discoveryLocal: { ttl: 3_600_000, refreshDeadline: 90_000 },
      runtime: { ttl: 300_000, refreshDeadline: 5_000 },
      lockTimeout: 1_000,
    });
  });

  it("is said to be wrong where it is", guard, () => {
    const { error } = environmentOf(ownRuntime, { variables: { FIZ_TTL_RUNTIME: "5" } }).presets;
    assertEquals([error?.name, error?.code], ["InvalidPresetError", "INVALID_PRESET"]);
    assertStringIncludes(error?.message ?? "", 'FIZ_TTL_RUNTIME cannot be "5": expected a duration with its unit');
  });

  it("says where userCacheDir() is", guard, async () => {
    await inTemporaryFolder((folder) => {
      const { variables, cache } = homeIn(folder);
      assertEquals(environmentOf(ownRuntime, { variables }).folder, cache);
    });
  });

  it("is not asked by the main entry, and the entry for presets brings nothing else with it", () => {
    const built = (name: string) => readFileSync(join(projectRoot, "dist", name), "utf8");
    assert(!/_TTL_(?:DISCOVERY|RUNTIME)/.test(built("mod.js")), "the main entry names variables of presets()");
    assert(built("presets.js").length < 8_192, `the entry for presets has ${built("presets.js").length} characters`);
  });
});
