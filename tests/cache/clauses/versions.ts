import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidNameError, InvalidOptionError, NoDataError } from "../../../src/errors.ts";
import { type AddClause, SOURCE } from "../bench.ts";

/** The version of the data's shape. */
export function versionClauses(clause: AddClause): void {
  const old = { ...SOURCE, refresh: () => Promise.resolve(["one"]) };
  const now = { ...SOURCE, version: 2, refresh: () => Promise.resolve([{ id: "one" }]) };

  clause("a version is a part of the source's name, and of its file's", async ({ cache, stranger }) => {
    const named: readonly (readonly [number | string, string])[] = [
      [0, "models.v0"],
      [2, "models.v2"],
      ["2024-11", "models.v2024-11"],
      ["1.4_b", "models.v1.4_b"],
    ];
    for (const [version, name] of named) {
      const source = cache.source({ ...now, version });
      assertEquals([source.tier, source.name], ["discovery", name]);
      await source.refresh();
      assertEquals((await stranger.read({ tier: "discovery", name }))?.bytes.length, 14);
    }
  });

  clause("two versions live side by side", async ({ cache, other }) => {
    const [earlier, later] = [cache.source(old), other.source(now)];
    assertEquals(await earlier.get(), ["one"]);
    await assertRejects(() => later.get({ refresh: "none" }), NoDataError);
    assertEquals(await later.get(), [{ id: "one" }]);
    assertEquals([earlier.readSync().data, later.readSync().data], [["one"], [{ id: "one" }]]);
    assertEquals(await earlier.expire(), true);
    assertEquals([earlier.readSync().state, later.readSync().state], ["stale", "fresh"]);
    assertEquals(await earlier.delete(), true);
    assertEquals([earlier.readSync().state, later.readSync().state], ["absent", "fresh"]);
  });

  clause("the refresh state and every event carry the name with the version", async ({ cache, heard }) => {
    const source = cache.source(now);
    await source.refresh();
    assertEquals(heard.first("refreshed").source, { tier: "discovery", name: "models.v2" });
    assertEquals(await cache.refreshState(source), await source.state());
    assertEquals((await cache.read(source)).state, "fresh");
    assertEquals((await cache.read(SOURCE)).state, "absent");
  });

  clause("prune() keeps the version of the source that is named, and removes the other", async ({ cache }) => {
    const [earlier, later] = [cache.source(old), cache.source(now)];
    await Promise.all([earlier.get(), later.get()]);
    const { removed, kept } = await cache.prune([later]);
    assertEquals([removed, kept], [[{ tier: "discovery", name: "models" }], 1]);
    assertEquals([earlier.readSync().state, later.readSync().state], ["absent", "fresh"]);
  });

  clause("source() and family() refuse what is no version", ({ cache }) => {
    for (const version of [-1, 1.5, Number.NaN, Infinity, "", "V2", "2 b", "../x", ".1", "1.", "a..b", null, {}]) {
      const wrong = { ...now, version: version as unknown as string };
      const error = assertThrows(() => cache.source(wrong), InvalidOptionError, "a whole number from 0 on");
      assertEquals(error.what, "version");
      assertThrows(() => cache.family({ ...wrong, name: "pulls" }), InvalidOptionError);
    }
    assertThrows(() => cache.source({ ...now, version: "1.json" }), InvalidNameError, ".json");
    assertThrows(() => cache.source({ ...now, version: "a".repeat(100) }), InvalidNameError, "at most 100");
    return Promise.resolve();
  });
}
