// The entry for presets beside the main one. The same for `import` and `require()`: each passes both modules on.
import { strict as assert } from "node:assert";
import process from "node:process";

/**
 * @param {typeof import("@discoverycache/core")} core
 * @param {typeof import("@discoverycache/core/presets")} entry
 */
export async function usePresets({ DiscoveryCache, MemoryStore }, { InvalidPresetError, presets }) {
  process.env.SMOKE_TTL_RUNTIME = "7m";
  const { lockTimeout, runtime } = presets("SMOKE");
  assert.deepEqual(runtime, { ttl: 420_000, refreshDeadline: 5_000 });
  const cache = new DiscoveryCache({ store: new MemoryStore(), lockTimeout });
  const source = cache.source({ name: "a", ...runtime, refresh: () => Promise.resolve("found") });
  assert.equal(await source.get(), "found");
  process.env.SMOKE_TTL_RUNTIME = "soon";
  assert.throws(
    () => presets("SMOKE"),
    (error) => error instanceof InvalidPresetError && error.code === "INVALID_PRESET",
  );
}
