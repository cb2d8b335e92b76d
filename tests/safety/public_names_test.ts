import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { lstatSync, rmSync } from "node:fs";
import { describe } from "node:test";
import { AdapterError } from "../../src/errors.ts";
import { collect } from "../conformance/store/bench.ts";
import { FORBIDDEN, KEY, quick, rejection, seed, SOURCE, textOf } from "../cache/bench.ts";
import { atOnce, type Ending, ownerOf, type Place } from "../faults/bench.ts";
import { clauseMaker, PLANTS } from "./plants.ts";

const clause = clauseMaker("names of the cache that somebody has taken");

/** Puts something in the place of a file. A guard is needed only by who comes upon a dead lock. */
async function take(place: Place, ending: Ending, put: (path: string) => void): Promise<void> {
  await seed(place.store(), "old", place.clock.now() - 60_000);
  rmSync(place.path(ending), { force: true });
  put(place.path(ending));
  if (ending === "lock~") place.plant("lock", place.lockOf({ ...ownerOf(1), pid: 0 }));
  // What was put there is newer than the call: that makes it no data that somebody has committed meanwhile.
  place.clock.jump(-10_000);
}

describe("a name of the cache that somebody has taken", () => {
  for (const { what, need, put } of PLANTS.filter(({ what }) => what !== "a second name of a file")) {
    const code = what === "a pipe" ? "ENXIO" : "ELOOP";

    for (const ending of ["lock", "lock~", "refreshing"] as const) {
      clause(`${what} for ${ending}: claims fail at once with ${code}, reads go on`, need, async (place, outside) => {
        await take(place, ending, (path) => put(path, outside));
        const cache = place.cache();
        for (const method of ["refresh", "refreshIfStale"] as const) {
          const error = await atOnce(rejection(cache[method]({ ...SOURCE, ttl: 1 }, FORBIDDEN)));
          assertInstanceOf(error, AdapterError, method);
          assertEquals([error.code, error.path], [code, place.path(ending)], method);
        }
        const heard: unknown[] = [];
        cache.on("error", ({ error }) => heard.push((error as AdapterError).code));
        cache.maybeRefresh({ ...SOURCE, ttl: 1 }, FORBIDDEN);
        await atOnce(cache.drain());
        assertEquals(heard, [code]);
        assertEquals(textOf(cache.readSync(SOURCE)), "old");
        assertEquals(textOf(await atOnce(cache.read(SOURCE))), "old");

        const report = await atOnce(cache.prune([SOURCE]));
        assertEquals(report.removed, []);
        assert(!lstatSync(place.path(ending)).isFile(), "it stays");
        rmSync(place.path(ending));
        await place.clock.advance(60_000);
        assertEquals(textOf(await atOnce(cache.refresh(SOURCE, quick("new").refresh))), "new");
      });
    }

    clause(
      `${what} for the data: reads fail at once with ${code}, a commit replaces it`,
      need,
      async (place, outside) => {
        await take(place, "json", (path) => put(path, outside));
        const cache = place.cache();
        for (const read of [() => cache.read(SOURCE), () => Promise.resolve().then(() => cache.readSync(SOURCE))]) {
          const error = await atOnce(rejection(read()));
          assertInstanceOf(error, AdapterError);
          assertEquals([error.code, error.path], [code, place.path("json")]);
        }
        assertEquals((await atOnce(cache.refreshState(SOURCE))).kind, "idle");
        const store = place.store();
        assertEquals((await atOnce(collect(store.list()))).length, 0);
        assertEquals(textOf(await atOnce(cache.refresh(SOURCE, quick("new").refresh))), "new");
        assert(lstatSync(place.path("json")).isFile());
        await atOnce(store.put(KEY, new TextEncoder().encode("put"), place.clock.now()));
        assertEquals([place.text("json"), place.names()], ["put", ["models.json"]]);
      },
    );
  }
});
