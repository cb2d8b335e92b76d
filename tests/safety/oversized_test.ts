import { assert, assertEquals } from "@std/assert";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { collect } from "../conformance/store/bench.ts";
import { FORBIDDEN, KEY, quick, SOURCE, textOf } from "../cache/bench.ts";
import { atOnce, type Ending, inPlace, ownerOf, type Place } from "../faults/bench.ts";

const SUITE = "files that are too large to be ours";

/** A terabyte, which no process can hold: whoever tried to read it would fail at once. It takes no room on the disk. */
const HUGE = 2 ** 40;

/** Whether a file can be made that is so large and takes no room. */
function probeSparse(): true | string {
  const folder = mkdtempSync(join(tmpdir(), "discoverycache-sparse-"));
  try {
    writeFileSync(join(folder, "file"), "");
    truncateSync(join(folder, "file"), HUGE);
    return true;
  } catch (error) {
    return `no file can have ${HUGE} bytes here: ${error}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sparse = probeSparse();
if (sparse !== true) console.log(`capability: ${SUITE}: sparse: ${sparse}`);

function clause(name: string, run: (place: Place) => Promise<void>): void {
  if (sparse === true) void it(name, { timeout: 120_000 }, () => inPlace(run));
}

/** Puts a file of that size there, older than any lock that nobody can read is left alone. */
function plantHuge(place: Place, ending: Ending, start = "", size = HUGE): void {
  place.plant(ending, start);
  truncateSync(place.path(ending), size);
  place.clock.jump(60_000);
}

describe(SUITE, () => {
  const starts = { "of nothing": "", "that begins like one of ours": '{"pid":1,"started_at":"2026-11-21T10:05:43Z","' };
  for (const [what, start] of Object.entries(starts)) {
    for (const ending of ["lock", "refreshing", "lock~"] as const) {
      clause(
        `a terabyte ${what}, as ${ending}: it is in nobody's way, and is gone after the next refresh`,
        async (place) => {
          if (ending === "lock~") place.plant("lock", place.lockOf({ ...ownerOf(1), pid: 0 }));
          plantHuge(place, ending, start);
          const cache = place.cache();
          assertEquals((await atOnce(cache.refreshState(SOURCE))).kind, "idle");
          assertEquals(textOf(await atOnce(cache.refresh(SOURCE, quick("new").refresh))), "new");
          assertEquals(place.names(), ["models.json"]);
        },
      );

      clause(`a terabyte ${what}, as ${ending}: prune() and put() get by`, async (place) => {
        const store = place.store();
        if (ending === "lock~") place.plant("lock", place.lockOf({ ...ownerOf(1), pid: 0 }));
        plantHuge(place, ending, start);
        assertEquals((await atOnce(store.prune({ keep: () => true }))).failed, []);
        await atOnce(store.put(KEY, new TextEncoder().encode("put"), place.clock.now()));
        assertEquals(place.text("json"), "put");
        const listed = await atOnce(collect(store.list()));
        assertEquals(listed.map(({ key, state }) => [key, state.kind]), [[KEY, "idle"]]);
      });
    }
  }

  clause("data has no limit: what is larger than any lock, marker or memory is read, and fresh", async (place) => {
    const size = 40_000_000;
    plantHuge(place, "json", "", size);
    const cache = place.cache();
    for (const entry of [await cache.read({ ...SOURCE, ttl: "1h" }), cache.readSync({ ...SOURCE, ttl: "1h" })]) {
      assertEquals([entry.state, entry.data?.length], ["fresh", size]);
    }
    assertEquals((await cache.refreshIfStale({ ...SOURCE, ttl: "1h" }, FORBIDDEN)).data.length, size);
    assert(place.names().length === 1);
  });
});
