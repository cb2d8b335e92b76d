import { assert, assertEquals } from "@std/assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import {
  claimElsewhere,
  encode,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  SPAN,
  textOf,
} from "../cache/bench.ts";
import { fault, here, native, sleepy } from "./bench.ts";

const HOUR = 3_600_000;
const TOKEN = "0123456789abcdef0123456789abcdef";
const KEPT = [{ name: "kept" }];
const ALL = { all: true };

describe("prune", () => {
  fault(14, "what crashes left is removed: locks and their guards, claims, and whatever was staged", async (place) => {
    const { clock } = place;
    const dead = await place.killed();
    await place.store().put({ ...KEY, name: "kept" }, encode("kept"), clock.now() - HOUR);
    const litter = ["json.tmp", `json.${TOKEN}.tmp`, `lock.${TOKEN}.tmp`, `refreshing.${TOKEN}.tmp`] as const;
    for (const ending of litter) place.plant(ending, "half of wh", 20_000);
    for (const ending of ["lock", "lock~", "lock~~"] as const) place.plant(ending, place.lockOf(dead));
    place.plant("refreshing", place.markerOf(dead));
    const foreign = ["notes.txt", "models.json.bak", "models.json.backup.tmp"];
    for (const name of foreign) writeFileSync(join(place.scene.root, "discovery", name), "somebody's");
    mkdirSync(join(place.scene.root, "discovery/folder.json"));

    const report = await place.cache().prune(KEPT);
    assertEquals([report.removed, report.refreshing, report.kept, report.failed], [[KEY], [], 1, []]);
    assertEquals(place.names(), ["kept.json", ...foreign, "folder.json"].sort());
    for (const ending of litter) assert(report.litter.includes(place.path(ending)), `models.${ending}`);
  });

  fault(14, "a source that crashed in the middle of its first refresh is pruned", async (place) => {
    const child = place.scene.start(here, { refresher: { gate: place.scene.file("never") } });
    await child.hears("claimed");
    const marker = place.text("refreshing");
    child.signal("SIGKILL");
    await child.ended;
    assert(marker !== undefined && place.text("refreshing") === marker);
    assertEquals((await place.cache().prune(KEPT)).removed, [KEY]);
    assertEquals(place.names(), []);
  });

  fault(14, "what a crash left of a source that stays is removed, and its data stays", async (place) => {
    const dead = await place.killed();
    await seed(place.store(), "models", place.clock.now());
    place.plant("lock", place.lockOf(dead));
    place.plant("lock~", place.lockOf(dead));
    place.plant(`json.${TOKEN}.tmp`, "half of wh", 20_000);
    assertEquals((await place.cache().prune([SOURCE])).kept, 1);
    assertEquals([place.names(), place.text("json")], [["models.json"], "models"]);
  });

  fault(14, "what living processes hold and stage is left to them", async (place) => {
    const living = await place.living();
    place.plant("lock", place.lockOf(living));
    place.plant(`json.${TOKEN}.tmp`, "half of wh", 1_000);
    const cache = place.cache({ clock: sleepy(place.clock) });
    const report = await place.clock.advanceUntil(cache.prune([], ALL), 60_000, 1_000);
    assertEquals([report.removed, report.litter], [[], []]);
    assertEquals(place.names(), [`models.json.${TOKEN}.tmp`, "models.lock"]);
  });

  fault(18, "a refresh past its deadline keeps its claim and its data, and stays the only one", async (place) => {
    const { clock } = place;
    await seed(place.store(), "old", clock.now() - HOUR);
    const claim = await claimElsewhere(place.store());
    const cache = place.cache({ clock: sleepy(clock) });
    for (const passed of [SPAN + 1, 2 * SPAN - 1]) {
      await clock.advance(passed);
      const report = await cache.prune([], ALL);
      assertEquals([report.removed, report.refreshing], [[], [KEY]]);
      assertEquals(place.names(), ["models.json", "models.refreshing"]);
      const stale = await cache.refreshIfStale(SOURCE, FORBIDDEN);
      assertEquals([textOf(stale), stale.origin], ["old", "stale"]);
    }
    assertEquals(await place.store().commit(claim, encode("new"), clock.now()), "committed");
    assertEquals([place.text("json"), place.names()], ["new", ["models.json"]]);
  });

  fault(18, "a refresh in flight here keeps its claim while others prune", async (place) => {
    const cache = place.cache();
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    const report = await place.cache({ elsewhere: true }).prune([], ALL);
    assertEquals([report.removed, report.refreshing], [[], [KEY]]);
    held.finish("new");
    assertEquals([textOf(await refreshing), place.text("json")], ["new", "new"]);
  });

  fault(18, "a source that was pruned does not come back by the refresh that was long overdue", async (place) => {
    const { clock } = place;
    await seed(place.store(), "old", clock.now() - HOUR);
    const lost = await claimElsewhere(place.store());
    await clock.advance(3 * SPAN + 1);
    assertEquals((await place.cache().prune([], ALL)).removed, [KEY]);
    assertEquals(await place.store().commit(lost, encode("back"), clock.now()), "superseded");
    assertEquals([place.names(), native.stat(place.path("json"))], [[], undefined]);
  });

  fault(18, "a failure that cools down is pruned with its source, and stays with one that is kept", async (place) => {
    const cache = place.cache();
    await refreshFailure(cache.refresh(SOURCE, () => Promise.reject(new Error("no network"))));
    await cache.prune([SOURCE]);
    const error = await refreshFailure(cache.refreshIfStale(SOURCE, FORBIDDEN));
    assertEquals(error.attempts, 1);
    assertEquals((await cache.prune(KEPT)).removed, [KEY]);
    const counter = quick("new");
    await cache.refreshIfStale(SOURCE, counter.refresh);
    assertEquals(counter.runs, 1);
    assertEquals((await rejection(cache.prune([]))) instanceof Error, true);
  });
});
