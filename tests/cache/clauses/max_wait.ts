import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { CacheClosedError, InvalidDurationError, WaitTimeoutError } from "../../../src/errors.ts";
import {
  type AddClause,
  type Bench,
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
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** The time-out that a call rejects with. */
async function timeout(call: Promise<unknown>): Promise<WaitTimeoutError> {
  const error = await rejection(call);
  assertInstanceOf(error, WaitTimeoutError);
  assertEquals([error.code, error.source], ["WAIT_TIMEOUT", "discovery/models"]);
  return error;
}

/** The two calls that wait. */
const CALLS = {
  refresh: ({ cache }: Pick<Bench, "cache">, ...how: Parameters<Bench["cache"]["refresh"]>) => cache.refresh(...how),
  refreshIfStale: ({ cache }: Pick<Bench, "cache">, ...how: Parameters<Bench["cache"]["refresh"]>) =>
    cache.refreshIfStale(...how),
};

/** Callers who wait for so long at most. */
export function maxWaitClauses(clause: AddClause): void {
  for (const [name, call] of Object.entries(CALLS)) {
    clause(`${name}() rejects when it has waited long enough, and the refresh goes on`, async (bench) => {
      const { cache, clock, heard } = bench;
      const held = new HeldRefresher();
      const late = timeout(call(bench, SOURCE, held.refresh, { maxWait: "2s" }));
      await held.begun();
      await clock.advance(1_999);
      assertEquals(heard.kinds().includes("timeout"), false, "just before");
      await clock.advance(1);
      const error = await late;
      assertEquals([error.maxWait, error.pid, error.deadline], [2_000, undefined, undefined]);
      assertEquals(heard.events, [{ kind: "timeout", source: KEY, error }]);
      assertEquals(held.signal().aborted, false);
      held.finish("late");
      await cache.drain();
      assertEquals([textOf(cache.readSync(SOURCE)), clock.sleeping], ["late", 0]);
      assertEquals(heard.kinds(), ["timeout", "refreshed", "hit"]);
    });

    clause(`${name}() that is answered in time leaves no timer, and nothing happens later`, async (bench) => {
      const { clock, heard } = bench;
      assertEquals(textOf(await call(bench, SOURCE, quick("one").refresh, { maxWait: "2s" })), "one");
      assertEquals(clock.sleeping, 0);
      heard.kinds();
      await clock.advance(3_000);
      assertEquals(heard.kinds(), []);
    });

    clause(`${name}() with 0 begins a refresh, and does not wait for it`, async (bench) => {
      const { cache, clock } = bench;
      const held = new HeldRefresher();
      assertEquals((await timeout(call(bench, SOURCE, held.refresh, { maxWait: 0 }))).maxWait, 0);
      await held.begun();
      held.finish("one");
      await cache.drain();
      assertEquals([textOf(cache.readSync(SOURCE)), held.runs.length, clock.sleeping], ["one", 1, 0]);
    });

    clause(`${name}() of what fails later is told to the listeners only`, async (bench) => {
      const { cache, clock, heard } = bench;
      const held = new HeldRefresher();
      const late = timeout(call(bench, SOURCE, held.refresh, { maxWait: 10 }));
      await held.begun();
      await clock.advance(10);
      await late;
      held.fail(new Error("no network"));
      await cache.drain();
      assertEquals(heard.kinds().filter((kind) => kind !== "absent"), ["claimed", "timeout", "failed"]);
      assertEquals(clock.sleeping, 0);
    });

    clause(`${name}() that waits for another process leaves it alone, and nothing behind`, async (bench) => {
      const { clock, stranger, heard } = bench;
      const claim = await claimElsewhere(stranger);
      const late = timeout(call(bench, SOURCE, FORBIDDEN, { maxWait: "2s" }));
      await until(() => heard.events.some(({ kind }) => kind === "waiting"));
      await clock.advance(2_000);
      assertEquals((await late).maxWait, 2_000);
      await clock.advance(100);
      assertEquals(clock.sleeping, 0);
      assertEquals(heard.kinds().filter((kind) => kind !== "absent"), ["waiting", "timeout"]);
      assertEquals(await stranger.commit(claim, encode("theirs"), clock.now()), "committed");
    });

    clause(`${name}() ends by the caller's signal, if that is aborted first: nothing goes on`, async (bench) => {
      const { cache, clock, heard } = bench;
      const controller = new AbortController();
      const held = new HeldRefresher();
      const leaving = rejection(call(bench, SOURCE, held.refresh, { maxWait: "2s", signal: controller.signal }));
      await held.begun();
      controller.abort("no time");
      assertEquals(await leaving, "no time");
      await until(() => heard.events.at(-1)?.kind === "aborted");
      await clock.advance(3_000);
      await cache.drain();
      assertEquals(heard.kinds().filter((kind) => kind !== "absent"), ["claimed", "aborted"]);
      assertEquals([held.signal().reason, clock.sleeping], ["no time", 0]);
    });

    clause(`${name}() with keepAlive: false holds the process only while it waits`, async (bench) => {
      const { fixture, clock } = bench;
      const cache = fixture.open({ keepAlive: false });
      const held = new HeldRefresher();
      const late = timeout(call({ cache }, SOURCE, held.refresh, { maxWait: "2s" }));
      await held.begun();
      assert(clock.holding > 0, "who waits is waited for");
      await clock.advance(2_000);
      await late;
      assertEquals(clock.holding, 0);
      await cache.close();
      assertInstanceOf(held.signal().reason, CacheClosedError);
      assertEquals(clock.sleeping, 0);
    });

    clause(`${name}() with keepAlive: false ends at once when the cache is closed`, async (bench) => {
      const { fixture, clock, stranger } = bench;
      const cache = fixture.open({ keepAlive: false });
      const held = new HeldRefresher();
      const refused = rejection(call({ cache }, SOURCE, held.refresh, { maxWait: "2s" }));
      await held.begun();
      await cache.close();
      assertInstanceOf(await refused, CacheClosedError);
      assertEquals([clock.sleeping, (await stranger.state(KEY)).kind], [0, "idle"]);
    });

    clause(`${name}() that was answered by a time-out is awaited by close()`, async (bench) => {
      const { cache, clock } = bench;
      const held = new HeldRefresher();
      const late = timeout(call(bench, SOURCE, held.refresh, { maxWait: 10 }));
      await held.begun();
      await clock.advance(10);
      await late;
      let closed = false;
      const closing = cache.close().then(() => closed = true);
      await clock.advance(100);
      assertEquals([closed, held.signal().aborted], [false, false]);
      held.finish("late");
      await closing;
      assertEquals(textOf(cache.readSync(SOURCE)), "late");
    });

    clause(`${name}() refuses what is no duration, whatever is there`, async (bench) => {
      const { clock, stranger } = bench;
      await seed(stranger, "fresh", clock.now());
      for (const maxWait of [-1, NaN, Infinity, "soon", null]) {
        const error = await rejection(call(bench, SOURCE, FORBIDDEN, { maxWait: maxWait as number }));
        assertInstanceOf(error, InvalidDurationError);
        assertStrictEquals(error.what, "maxWait");
      }
      assertEquals(clock.sleeping, 0);
    });
  }

  clause("of fresh data nobody waits: no time-out, no refresh", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "fresh", clock.now());
    const entry = await cache.refreshIfStale(SOURCE, FORBIDDEN, { maxWait: 0 });
    await clock.advance(1);
    assertEquals([textOf(entry), entry.origin, heard.kinds(), clock.sleeping], ["fresh", "hit", ["hit"], 0]);
  });

  clause(
    "refreshIfStale() with maxWait returns stale data when the wait is over; refresh() does not",
    async (bench) => {
      const { cache, stranger, clock } = bench;
      await seed(stranger, "old", clock.now() - TTL);
      const held = new HeldRefresher();
      const left = cache.refreshIfStale(SOURCE, held.refresh, { maxWait: "2s" });
      const forced = timeout(cache.refresh(SOURCE, held.refresh, { maxWait: "2s" }));
      await held.begun();
      await clock.advance(2_000);
      const { origin, state, ...rest } = await left;
      assertEquals([origin, state, textOf({ ...rest, state })], ["stale", "stale", "old"]);
      assertEquals((await forced).maxWait, 2_000);
      held.finish("new");
      await cache.drain();
      assertEquals(textOf(await cache.read(SOURCE)), "new");
    },
  );

  clause("refreshIfStale() with maxWait and newerThan has nothing to fall back to", async (bench) => {
    const { cache, stranger, clock } = bench;
    await seed(stranger, "old", clock.now());
    const held = new HeldRefresher();
    const late = timeout(cache.refreshIfStale(SOURCE, held.refresh, { maxWait: "2s", newerThan: clock.now() }));
    await held.begun();
    await clock.advance(2_000);
    assertEquals((await late).maxWait, 2_000);
    held.finish("new");
    await cache.drain();
  });

  clause("callers who wait differently long leave each at his own time", async ({ cache, other, clock, stranger }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    const patient = other.refresh(SOURCE, held.refresh);
    await held.begun();
    const waits = [3_000, 1_000, 2_000].map((maxWait) => timeout(cache.refresh(SOURCE, FORBIDDEN, { maxWait })));
    for (const [time, which] of [[1_000, 1], [2_000, 2], [3_000, 0]] as const) {
      await clock.advance(1_000);
      assertEquals((await waits[which])?.maxWait, time);
    }
    held.finish("new");
    assertEquals([textOf(await patient), held.runs.length], ["new", 1]);
    await cache.drain();
    assertEquals(clock.sleeping, 0);
  });

  clause("a refresh that cools down is an answer, and no time-out", async ({ cache, clock, heard }) => {
    await refreshFailure(cache.refresh(SOURCE, () => Promise.reject(new Error("no network"))));
    heard.kinds();
    await refreshFailure(cache.refreshIfStale(SOURCE, FORBIDDEN, { maxWait: "1s" }));
    assertEquals([heard.kinds(), clock.sleeping], [["absent", "cooling-down"], 0]);
  });
}
