import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { CacheClosedError } from "../../../src/errors.ts";
import {
  type AddClause,
  claimElsewhere,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  rejection,
  seed,
  SOURCE,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** The error of a cache that was closed. */
export async function assertRefused(promise: Promise<unknown>): Promise<void> {
  const error = await rejection(promise);
  assertInstanceOf(error, CacheClosedError);
  assertEquals(error.code, "CACHE_CLOSED");
  assertStringIncludes(error.message, "make another cache");
}

/** The end of a cache that waits for what it has going on. */
export function closeClauses(clause: AddClause): void {
  clause("it waits for what goes on in the background", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    let closed = false;
    const closing = cache.close().then(() => closed = true);
    await clock.advance(1_000);
    assertEquals([closed, held.signal().aborted], [false, false]);
    held.finish("new");
    await closing;
    assertEquals(heard.kinds(), ["stale", "claimed", "refreshed"]);
    assertEquals(textOf(cache.readSync(SOURCE)), "new");
    assertEquals(clock.sleeping, 0);
  });

  clause("reading, looking and pruning go on working", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    await cache.close();
    assertEquals(textOf(await cache.read(SOURCE)), "old");
    assertEquals(textOf(cache.readSync(SOURCE)), "old");
    assertEquals((await cache.refreshState(SOURCE)).kind, "idle");
    assertEquals((await cache.prune([], { all: true })).removed, [KEY]);
    assertEquals((await cache.read(SOURCE)).state, "absent");
    await cache.drain();
  });

  clause("refresh() and refreshIfStale() reject, and say what to do", async ({ cache, stranger, clock }) => {
    await cache.close();
    await assertRefused(cache.refresh(SOURCE, FORBIDDEN));
    await assertRefused(cache.refreshIfStale(SOURCE, FORBIDDEN));
    await seed(stranger, "old", clock.now() - TTL);
    await assertRefused(cache.refresh(SOURCE, FORBIDDEN));
    await assertRefused(cache.refreshIfStale(SOURCE, FORBIDDEN));
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("maybeRefresh() does nothing", async ({ cache, stranger, heard }) => {
    await cache.close();
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertEquals(heard.kinds(), []);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("nothing is begun while it waits, either", async ({ cache, heard }) => {
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    const closing = cache.close();
    cache.maybeRefresh({ ...SOURCE, name: "others" }, FORBIDDEN);
    await assertRefused(cache.refresh(SOURCE, FORBIDDEN));
    held.finish("one");
    await closing;
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
  });

  clause("typed sources serve what is there, stale or not, and reject when there is nothing", async (bench) => {
    const { cache, stranger, clock } = bench;
    const models = cache.source<string>({ ...SOURCE, refresh: () => Promise.reject(new Error("not to be called")) });
    await cache.close();
    await assertRefused(models.get());
    await seed(stranger, '"old"', clock.now() - TTL);
    assertEquals(await models.get(), "old");
    assertEquals(models.readSync().data, "old");
    const entry = await models.getEntry({ refresh: "if-stale" });
    assertEquals([entry.data, entry.origin], ["old", "stale"]);
    assertInstanceOf(entry.refreshError, CacheClosedError);
    await assertRefused(models.refresh());
    await cache.drain();
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("calls that wait get their data", async ({ cache, stranger, clock }) => {
    const held = new HeldRefresher();
    const refreshed = cache.refresh(SOURCE, held.refresh);
    const other = { ...SOURCE, name: "others" };
    const otherKey = { ...KEY, name: "others" };
    const claim = await claimElsewhere(stranger, 10_000, otherKey);
    const waiting = cache.refreshIfStale(other, FORBIDDEN);
    await held.begun();
    await cache.close();
    held.finish("mine");
    assertEquals(textOf(await refreshed), "mine");
    await stranger.commit(claim, new TextEncoder().encode("theirs"), clock.now());
    assertEquals(textOf(await clock.advanceUntil(waiting)), "theirs");
  });

  clause("closing again, or in any other way, changes nothing and never rejects", async ({ cache }) => {
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    const all = [cache.close(), cache.close(), cache[Symbol.asyncDispose]()];
    held.fail(new Error("no network"));
    assertEquals(await Promise.all(all), [undefined, undefined, undefined]);
    assertEquals(await cache.close(), undefined);
    assertEquals((await cache.refreshState(SOURCE)).kind, "cooling-down");
  });

  clause("`await using` closes when its block is left, by an error, too", async ({ fixture, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    const work = async () => {
      await using cache = fixture.open({ keepAlive: false });
      cache.maybeRefresh(SOURCE, held.refresh);
      await held.begun();
      throw new Error(`after ${textOf(cache.readSync(SOURCE))}`);
    };
    assertEquals(String(await rejection(work())), "Error: after old");
    assertInstanceOf(held.signal().reason, CacheClosedError);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("other caches of the same data go on", async ({ cache, other }) => {
    await cache.close();
    other.maybeRefresh(SOURCE, quick("one").refresh);
    await other.drain();
    assertEquals(textOf(cache.readSync(SOURCE)), "one");
  });

  clause("a listener may close the cache in the middle of a background refresh", async ({ cache, heard }) => {
    let closed = false;
    cache.on("claimed", () => void cache.close().then(() => closed = true));
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    assertEquals(closed, false);
    held.finish("one");
    await until(() => closed);
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
  });
}
