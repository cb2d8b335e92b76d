import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type AddClause,
  encode,
  HeldRefresher,
  KEY,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  textOf,
  TTL,
} from "../bench.ts";

/** Refreshes that come too late, since somebody put, removed or took over meanwhile. */
export function supersededClauses(clause: AddClause): void {
  clause(
    "a background refresh does not overwrite what was put meanwhile",
    async ({ cache, stranger, clock, heard }) => {
      await seed(stranger, "old", clock.now() - TTL);
      const held = new HeldRefresher();
      cache.maybeRefresh(SOURCE, held.refresh);
      await held.begun();
      await stranger.put(KEY, encode("put"), clock.now());
      held.finish("late");
      await cache.drain();
      assertEquals(heard.kinds(), ["stale", "claimed", "superseded"]);
      assertEquals(textOf(await cache.read(SOURCE)), "put");
    },
  );

  clause("a caller whose refresh was superseded gets what was put", async ({ cache, stranger, clock, heard }) => {
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    await clock.advance(10);
    await stranger.put(KEY, encode("put"), clock.now());
    held.finish("late");
    const entry = await refreshing;
    assertEquals([textOf(entry), entry.origin], ["put", "joined"]);
    assertEquals(heard.kinds(), ["claimed", "superseded", "adopted"]);
    assertEquals(held.runs.length, 1);
  });

  clause("a caller whose refresh was superseded refreshes again when what was put is too old", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const held = new HeldRefresher();
    const refreshing = cache.refreshIfStale(SOURCE, held.refresh);
    await held.begun();
    await stranger.put(KEY, encode("put"), clock.now() - TTL);
    held.finish("late");
    await held.begun(2);
    held.finish("again");
    const entry = await refreshing;
    assertEquals([textOf(entry), entry.origin], ["again", "refreshed"]);
    assertEquals(heard.kinds(), ["absent", "claimed", "superseded", "claimed", "refreshed"]);
  });

  clause("a refresh does not bring back what was removed meanwhile", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    await stranger.remove(KEY);
    held.finish("late");
    await cache.drain();
    assertEquals(heard.kinds(), ["stale", "claimed", "superseded"]);
    assertEquals((await cache.read(SOURCE)).state, "absent");
  });

  clause("a failure that comes too late is not recorded", async ({ cache, stranger, clock, heard }) => {
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    await stranger.put(KEY, encode("put"), clock.now());
    held.fail(new Error("no network"));
    await cache.drain();
    assertEquals(heard.kinds(), ["absent", "claimed", "superseded"]);
    assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause(
    "a refresh whose claim another process took over changes nothing",
    async ({ cache, stranger, clock, heard }) => {
      const held = new HeldRefresher();
      cache.maybeRefresh(SOURCE, held.refresh);
      await held.begun();
      // As if this process had been stopped for long: its timers have not run, and the wall clock has gone on.
      clock.jump(40_000);
      const answer = await stranger.claim(KEY, { refreshDeadline: 10_000, newerThan: 0, force: false });
      assertEquals(answer.kind, "claimed");
      held.finish("late");
      await cache.drain();
      assertEquals(heard.kinds(), ["absent", "claimed", "superseded"]);
      assertEquals((await stranger.state(KEY)).kind, "refreshing", "the other one goes on");
      assertEquals(await stranger.read(KEY), undefined);
    },
  );

  clause("a caller whose refresh is superseded again and again is told so, and not left hanging", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    let runs = 0;
    const error = await refreshFailure(cache.refreshIfStale(SOURCE, async () => {
      runs++;
      await stranger.put(KEY, encode("put"), clock.now() - TTL);
      return "late";
    }));
    assertEquals([runs, error.attempts, error.retryAt], [3, 3, clock.now()]);
    assertStringIncludes(error.reason, "somebody else changes or removes the source");
    assertEquals(heard.kinds().filter((kind) => kind === "superseded").length, 3);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("giving up a refresh that was superseded leaves what came after alone", async ({ cache, stranger, clock }) => {
    const held = new HeldRefresher();
    const controller = new AbortController();
    const leaving = rejection(cache.refresh(SOURCE, held.refresh, { signal: controller.signal }));
    await held.begun();
    await stranger.put(KEY, encode("put"), clock.now());
    const answer = await stranger.claim(KEY, { refreshDeadline: 10_000, newerThan: Infinity, force: false });
    assertEquals(answer.kind, "claimed");
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    await clock.advance(10);
    assertEquals((await stranger.state(KEY)).kind, "refreshing");
    assertEquals(textOf(await cache.read(SOURCE)), "put");
  });
}
