import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { AdapterError, DiscoveryCacheError, RootError } from "../../src/errors.ts";
import { FORBIDDEN, quick, rejection, seed, SOURCE, textOf } from "../cache/bench.ts";
import type { DiscoveryCache } from "../../src/discovery_cache.ts";
import type { Source } from "../../src/source_options.ts";
import { atOnce, type Ending, fault, type Place } from "./bench.ts";

const HOUR = 3_600_000;

/** Everything that a cache can be asked to do with a source. */
const METHODS: readonly (readonly [string, (cache: DiscoveryCache, source: Source) => unknown])[] = [
  ["read()", (cache, source) => cache.read(source)],
  ["readSync()", (cache, source) => cache.readSync(source)],
  ["refresh()", (cache, source) => cache.refresh(source, FORBIDDEN)],
  ["refreshIfStale()", (cache, source) => cache.refreshIfStale(source, FORBIDDEN)],
  ["maybeRefresh()", (cache, source) => cache.maybeRefresh(source, FORBIDDEN)],
  ["refreshState()", (cache, source) => cache.refreshState(source)],
  ["source()", (cache, source) => cache.source({ ...source, refresh: FORBIDDEN })],
];

/** Asserts that every method refuses a source, and that nothing was made anywhere for it. */
async function assertRefused(place: Place, source: Source, code: string): Promise<void> {
  const before = [readdirSync(place.scene.folder), readdirSync(place.scene.root)];
  for (const [method, call] of METHODS) {
    const asked = async () => await call(place.cache(), source);
    const error = await rejection(asked());
    assertInstanceOf(error, DiscoveryCacheError, method);
    assertEquals(error.code, code, `${method}: ${error.message}`);
  }
  assertEquals([readdirSync(place.scene.folder), readdirSync(place.scene.root)], before);
}

/** A file outside of the root that nobody may touch, and a link to it in the cache. */
function plantLink(place: Place, ending: Ending): { readonly target: string; readonly link: string } {
  const target = join(place.scene.folder, "precious");
  writeFileSync(target, "precious");
  place.plant(ending, "");
  const link = place.path(ending);
  unlinkSync(link);
  symlinkSync(target, link);
  return { target, link };
}

describe("names and times", () => {
  fault(10, "data from the future is stale, and the next refresh replaces it", async (place) => {
    const { clock } = place;
    const cache = place.cache();
    for (const ahead of [6_000, HOUR, 80 * 365 * 24 * HOUR]) {
      await seed(place.store(), "from the future", clock.now() + ahead);
      const entry = cache.readSync(SOURCE);
      assertEquals([entry.state, entry.age, textOf(entry)], ["stale", 0, "from the future"]);
      const next = await cache.refreshIfStale(SOURCE, quick("now").refresh);
      assertEquals([next.state, textOf(next), next.origin], ["fresh", "now", "refreshed"]);
    }
  });

  fault(10, "data from a clock that is a little ahead is fresh", async (place) => {
    await seed(place.store(), "now", place.clock.now() + 4_000);
    const entry = place.cache().readSync(SOURCE);
    assertEquals([entry.state, entry.age], ["fresh", 0]);
  });

  const names = ["../../x", "..", ".", "", "a/b", "/etc/passwd", "a\\b", "a\0b", ".hidden", "a\nb", "x".repeat(300)];
  for (const name of names) {
    fault(
      11,
      `the name ${JSON.stringify(name.slice(0, 20))} is refused, as a source's and as a tier's`,
      async (place) => {
        await assertRefused(place, { ...SOURCE, name }, "INVALID_NAME");
        await assertRefused(place, { ...SOURCE, tier: name }, "INVALID_NAME");
        const error = await rejection(place.cache().prune([{ name }]));
        assertEquals((error as DiscoveryCacheError).code, "INVALID_NAME");
      },
    );
  }

  for (const ending of ["json.tmp", "refreshing.tmp", "lock.tmp"] as const) {
    fault(11, `a link at a temporary name is not written through: models.${ending}`, async (place) => {
      const { target } = plantLink(place, ending);
      assertEquals(textOf(await place.cache().refresh(SOURCE, quick("new").refresh)), "new");
      assertEquals([readFileSync(target, "utf8"), place.text("json")], ["precious", "new"]);
    });
  }

  // A commit replaces the link itself; whoever would have to read through one says so.
  const inPlaceOf = [["json", "new"], ["refreshing", "ELOOP"], ["lock", "ELOOP"]] as const;
  for (const [ending, outcome] of inPlaceOf) {
    fault(11, `a link in the place of a file is neither read nor written through: models.${ending}`, async (place) => {
      const { target } = plantLink(place, ending);
      // The link is newer than the call: that makes it no data that somebody has committed meanwhile.
      place.clock.jump(-1_000);
      const cache = place.cache();
      if (ending === "json") assertEquals(assertThrows(() => cache.readSync(SOURCE), AdapterError).code, "ELOOP");
      const codeOf = (error: unknown) => (error as DiscoveryCacheError).code;
      assertEquals(await atOnce(cache.refresh(SOURCE, quick("new").refresh).then(textOf, codeOf)), outcome);
      assertEquals(readFileSync(target, "utf8"), "precious");
    });
  }

  fault(11, "a link in the place of a tier's folder leads nowhere", async (place) => {
    const outside = join(place.scene.folder, "outside");
    mkdirSync(outside, { mode: 0o700 });
    symlinkSync(outside, join(place.scene.root, "discovery"));
    const error = await rejection(place.cache().refresh(SOURCE, FORBIDDEN));
    assertInstanceOf(error, RootError);
    assertEquals([error.problem, readdirSync(outside)], ["link", []]);
  });

  const deadlines = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "0s", "0ms", 25 * HOUR];
  for (const refreshDeadline of deadlines) {
    fault(
      17,
      `a refresh deadline of ${refreshDeadline} is refused`,
      async (place) => {
        await assertRefused(place, { ...SOURCE, refreshDeadline }, "INVALID_DURATION");
        assertEquals(existsSync(join(place.scene.root, "discovery")), false);
      },
    );
  }

  fault(17, "four that refresh at once with the shortest deadline there is run one refresher", async (place) => {
    const shortest = { ...SOURCE, refreshDeadline: 1 };
    const counter = quick("one");
    const caches = [place.cache(), place.cache(), place.cache(), place.cache()];
    const entries = await Promise.all(caches.map((cache) => cache.refresh(shortest, counter.refresh)));
    assertEquals([counter.runs, entries.map(textOf)], [1, ["one", "one", "one", "one"]]);
  });
});
