import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { InvalidOptionError } from "../../src/errors.ts";
import { MemoryStore } from "../../src/memory_store.ts";
import type { SourceDefinition } from "../../src/source/definition.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";

/** Gives work a module with that text. */
function withModule<T>(text: string, work: (module: URL) => Promise<T>): Promise<T> {
  return inTemporaryFolder((folder) => {
    const path = join(folder, "module.mjs");
    writeFileSync(path, text);
    return work(pathToFileURL(path));
  });
}

const times = { name: "a", ttl: "1h", refreshDeadline: "10s" } as const;

const define = (definition: unknown) =>
  new DiscoveryCache({ store: new MemoryStore() }).source<unknown>(definition as SourceDefinition<unknown>);

describe("a source whose refresher is a module", () => {
  it("is refreshed by the module's default export, which is given a context", async () => {
    const text = "export default ({ signal, deadline }) => Promise.resolve([signal.aborted, deadline > 0]);";
    assertEquals(await withModule(text, (refresh) => define({ ...times, refresh }).get()), [false, true]);
  });

  it("fails if the module has no function to offer, or cannot be loaded", async () => {
    const bad = ["export default 42;", "export const refresh = () => 1;", "throw new Error('not today');"];
    const words = ["cannot be 42: expected the refresher", "cannot be undefined", "not today"];
    for (const [index, text] of bad.entries()) {
      const get = () => withModule(text, (refresh) => define({ ...times, refresh }).get());
      const error = await assertRejects(get, Error);
      assertStringIncludes(error.message, words[index] ?? "");
    }
  });
});

describe("a source that cannot be refreshed as is said", () => {
  const refresh = new URL("file:///nowhere/refresh.ts");
  const wrong: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ refresh: "./refresh.ts" }, 'refresh cannot be "./refresh.ts": expected a function'],
    [{ refresh: () => 1, detached: true }, "refresh cannot be a function: expected the URL of a module"],
    [{ refresh, detached: "yes" }, 'detached cannot be "yes": expected true, false or { permissions: [...] }'],
    [{ refresh, detached: null }, "detached cannot be null"],
    [{ refresh, detached: { permissions: "--allow-net" } }, "detached.permissions cannot be"],
    [{ refresh, detached: { permissions: ["net"] } }, 'detached.permissions cannot be "net": expected a permission'],
    [{ refresh, detached: { permissions: ["--allow-net", "--preload=x.ts"] } }, "detached.permissions cannot be"],
    [{ refresh, detached: { permissions: ["--allow-net="] } }, "detached.permissions cannot be"],
    [{ refresh, detached: { permissions: [1] } }, "detached.permissions cannot be 1"],
  ];
  for (const [what, message] of wrong) {
    it(`is refused: ${message}`, () => {
      assertStringIncludes(assertThrows(() => define({ ...times, ...what }), InvalidOptionError).message, message);
    });
  }

  it("is accepted when nothing is wrong with it", () => {
    const right = [undefined, false, true, {}, { permissions: [] }, {
      permissions: ["-A", "--allow-net=a.example,b.example:80", "--deny-env"],
    }];
    for (const detached of right) define({ ...times, refresh, detached });
    define({ ...times, refresh: () => Promise.resolve(1), detached: false });
  });
});
