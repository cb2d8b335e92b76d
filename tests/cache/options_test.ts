import { assert, assertEquals, assertThrows } from "@std/assert";
import { existsSync, readdirSync, statSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { DiscoveryCache } from "../../src/discovery_cache.ts";
import { InvalidDurationError, InvalidOptionError } from "../../src/errors.ts";
import { MemoryStore } from "../../src/memory_store.ts";
import { inTemporaryFolder } from "../support/temporary_folder.ts";
import { quick, SOURCE, textOf, TIMEOUT_MS } from "./bench.ts";

const options = { timeout: TIMEOUT_MS };

const hasModes = process.platform !== "win32";
if (!hasModes) console.log("capability: options of a cache: modes: there are no modes");

describe("options of a cache", () => {
  it("new DiscoveryCache() throws when the root is missing, empty, no text, or has a NUL in it", options, () => {
    for (const root of [undefined, null, "", "a\0b", "\0", 7, {}]) {
      const given = { root: root as unknown as string };
      assertThrows(() => new DiscoveryCache(given), InvalidOptionError, "root cannot be");
    }
    assertThrows(() => new DiscoveryCache({}), InvalidOptionError, "the absolute path of a folder");
  });

  it("new DiscoveryCache() throws when the root is relative, and takes what is absolute on any system", options, () => {
    for (const root of ["cache", "./cache", "../cache", "~/cache", "C:", "C:cache", " /cache"]) {
      assertThrows(() => new DiscoveryCache({ root }), InvalidOptionError, "the absolute path of a folder");
    }
    for (const root of ["/", "/cache", "C:\\cache", "c:/cache", "\\\\server\\share\\cache"]) {
      new DiscoveryCache({ root });
    }
  });

  it("new DiscoveryCache() throws when it is given a root besides a store", options, () => {
    const store = new MemoryStore();
    assertThrows(
      () => new DiscoveryCache({ store, root: "/tmp/cache" }),
      InvalidOptionError,
      "no root besides a store",
    );
  });

  it("new DiscoveryCache() throws when a number of bytes, a time or a back-off cannot be used", options, () => {
    const root = "/tmp/cache";
    for (const memory of [-1, NaN]) {
      assertThrows(() => new DiscoveryCache({ root, memory }), InvalidOptionError, "memory cannot be");
    }
    for (const lockTimeout of [-1, NaN, "soon"]) {
      assertThrows(() => new DiscoveryCache({ root, lockTimeout }), InvalidDurationError, "lockTimeout cannot be");
    }
    for (const invalid of [-1, NaN, Infinity, "1s" as unknown as number]) {
      for (const backoff of [{ base: invalid }, { cap: invalid }]) {
        assertThrows(() => new DiscoveryCache({ root, backoff }), InvalidOptionError, "backoff.");
        assertThrows(() => new DiscoveryCache({ store: new MemoryStore(), backoff }), InvalidOptionError, "backoff.");
      }
    }
  });

  it("new DiscoveryCache() throws when keepAlive is neither true nor false", options, () => {
    for (const keepAlive of [null, 0, "no"]) {
      const given = { store: new MemoryStore(), keepAlive: keepAlive as unknown as boolean };
      assertThrows(() => new DiscoveryCache(given), InvalidOptionError, "keepAlive cannot be");
    }
    for (const keepAlive of [undefined, true, false]) new DiscoveryCache({ store: new MemoryStore(), keepAlive });
  });

  it("nothing is touched on disk until it is needed", options, async () => {
    await inTemporaryFolder(async (folder) => {
      const root = `${folder}/not/there/yet`;
      const cache = new DiscoveryCache({ root });
      cache.source({ ...SOURCE, refresh: () => Promise.resolve(7) });
      assertEquals((await cache.read(SOURCE)).state, "absent");
      assertEquals(cache.readSync(SOURCE).state, "absent");
      assertEquals((await cache.refreshState(SOURCE)).kind, "idle");
      assertEquals((await cache.prune([], { all: true })).removed, []);
      assertEquals(existsSync(`${folder}/not`), false);
    });
  });

  it("the root is made, for its user only, when a background refresh needs it", options, async () => {
    await inTemporaryFolder(async (folder) => {
      const root = `${folder}/not/there/yet`;
      const cache = new DiscoveryCache({ root });
      cache.maybeRefresh(SOURCE, quick("one").refresh);
      await cache.drain();
      assertEquals(textOf(cache.readSync(SOURCE)), "one");
      assertEquals(readdirSync(`${root}/discovery`), ["models.json"], "no lock, no marker, nothing staged");
    });
  });

  hasModes && it("folders and files get the modes 0700 and 0600", options, async () => {
    await inTemporaryFolder(async (folder) => {
      const root = `${folder}/root`;
      await new DiscoveryCache({ root }).refresh(SOURCE, quick("one").refresh);
      const mode = (path: string) => statSync(path).mode & 0o777;
      assertEquals([mode(root), mode(`${root}/discovery`)], [0o700, 0o700]);
      assertEquals(mode(`${root}/discovery/models.json`), 0o600);
    });
  });

  it("a root that is given in another way is the same data, and shares refreshes", options, async () => {
    await inTemporaryFolder(async (folder) => {
      const [one, two] = [
        new DiscoveryCache({ root: `${folder}/root` }),
        new DiscoveryCache({ root: `${folder}/./root/` }),
      ];
      const counter = quick("one");
      const entries = await Promise.all([one, two].map((cache) => cache.refreshIfStale(SOURCE, counter.refresh)));
      assertEquals(counter.runs, 1);
      assert(entries.every((entry) => textOf(entry) === "one"));
    });
  });

  it("what is kept in memory is never older than what is on disk", options, async () => {
    await inTemporaryFolder(async (folder) => {
      const root = `${folder}/root`;
      const caches = [0, 10, 1_000_000].map((memory) => new DiscoveryCache({ root, memory }));
      const [writer] = caches;
      for (let version = 0; version < 200; version++) {
        await writer?.refresh(SOURCE, quick(`version ${version}`).refresh);
        for (const cache of caches) assertEquals(textOf(cache.readSync(SOURCE)), `version ${version}`);
      }
    });
  });
});
