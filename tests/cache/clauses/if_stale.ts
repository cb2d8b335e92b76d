import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { InvalidDurationError } from "../../../src/errors.ts";
import {
  type AddClause,
  claimElsewhere,
  encode,
  failing,
  FORBIDDEN,
  HeldRefresher,
  quick,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** A refresh of what is stale, waited for. */
export function ifStaleClauses(clause: AddClause): void {
  clause("refreshIfStale() gives fresh data without a refresh", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL + 10);
    const entry = await cache.refreshIfStale(SOURCE, FORBIDDEN);
    assertEquals([textOf(entry), entry.state, entry.origin], ["old", "fresh", "hit"]);
    assertEquals(heard.kinds(), ["hit"]);
  });

  clause("refreshIfStale() refreshes stale data and waits for it", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const entry = await cache.refreshIfStale(SOURCE, quick("new").refresh);
    assertEquals([textOf(entry), entry.state, entry.age, entry.origin], ["new", "fresh", 0, "refreshed"]);
    assertEquals(heard.kinds(), ["stale", "claimed", "refreshed"]);
  });

  clause("refreshIfStale() refreshes when there is no data", async ({ cache, heard }) => {
    const entry = await cache.refreshIfStale(SOURCE, quick("new").refresh);
    assertEquals([textOf(entry), entry.origin], ["new", "refreshed"]);
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
  });

  clause("refreshIfStale() gives stale data while a failure cools down", async ({ cache, other, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    for (const each of [cache, other]) {
      const entry = await each.refreshIfStale(SOURCE, FORBIDDEN);
      assertEquals([textOf(entry), entry.state, entry.origin], ["old", "stale", "stale"]);
    }
  });

  clause("refreshIfStale() rejects at once with the failure when there is no data and it cools down", async (bench) => {
    const { cache, other, clock } = bench;
    const told = await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    const before = clock.now();
    for (const each of [cache, other]) {
      const error = await refreshFailure(each.refreshIfStale(SOURCE, FORBIDDEN));
      assertEquals([error.reason, error.attempts, error.retryAt], ["no network", 1, told.retryAt]);
    }
    assertEquals(clock.now(), before);
  });

  clause("refreshIfStale() rejects when its refresh fails, though there is old data", async (bench) => {
    const { cache, stranger, clock } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const cause = new Error("no network");
    assertStrictEquals((await refreshFailure(cache.refreshIfStale(SOURCE, failing(cause)))).cause, cause);
    assertEquals(textOf(await cache.read(SOURCE)), "old");
  });

  clause("refreshIfStale() tries again when the failure has cooled down", async ({ cache, clock }) => {
    const { retryAt } = await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    await clock.advance(retryAt - clock.now());
    assertEquals(textOf(await cache.refreshIfStale(SOURCE, quick("one").refresh)), "one");
  });

  clause("refreshIfStale() adopts what was committed between its first look and its claim", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const claim = await claimElsewhere(stranger);
    // The second look: the cache reads, finds stale data, and by the time of its claim new data is there.
    cache.on("stale", () => void stranger.commit(claim, encode("new"), clock.now()));
    const entry = await clock.advanceUntil(cache.refreshIfStale(SOURCE, FORBIDDEN));
    assertEquals([textOf(entry), entry.origin, entry.state], ["new", "joined", "fresh"]);
    assertEquals(heard.kinds().at(-1), "adopted");
  });

  clause("refreshIfStale() adopts data that is newer than its call, though the TTL is 0", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const source = { ...SOURCE, ttl: 0 };
    await seed(stranger, "old", clock.now() - 1);
    const claim = await claimElsewhere(stranger);
    const waiting = cache.refreshIfStale(source, FORBIDDEN);
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    await clock.advance(100);
    await stranger.commit(claim, encode("new"), clock.now());
    await clock.advance(100);
    const entry = await clock.advanceUntil(waiting);
    assertEquals([textOf(entry), entry.origin], ["new", "joined"]);
  });

  clause("refreshIfStale() with newerThan refreshes what is fresh but too old for its caller", async (bench) => {
    const { cache, stranger, clock } = bench;
    const capturedAt = clock.now() - 1_000;
    await seed(stranger, "old", capturedAt);
    const kept = await cache.refreshIfStale(SOURCE, FORBIDDEN, { newerThan: capturedAt - 1_000 });
    assertEquals([textOf(kept), kept.origin], ["old", "hit"]);
    const entry = await cache.refreshIfStale(SOURCE, quick("new").refresh, { newerThan: capturedAt });
    assertEquals([textOf(entry), entry.origin], ["new", "refreshed"]);
  });

  clause(
    "refreshIfStale() with newerThan never gives what is too old, not even while a failure cools down",
    async (bench) => {
      const { cache, stranger, clock } = bench;
      await seed(stranger, "old", clock.now() - TTL);
      await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
      const options = { newerThan: clock.now() - 1_000 };
      assertEquals((await refreshFailure(cache.refreshIfStale(SOURCE, FORBIDDEN, options))).reason, "no network");
    },
  );

  clause("refreshIfStale() rejects when a source cannot be one, or its signal was aborted before", async (bench) => {
    const { cache } = bench;
    await assertRejects(() => cache.refreshIfStale({ ...SOURCE, ttl: -1 }, FORBIDDEN), InvalidDurationError);
    const held = new HeldRefresher();
    const options = { signal: AbortSignal.abort("changed my mind") };
    assertEquals(await rejection(cache.refreshIfStale(SOURCE, held.refresh, options)), "changed my mind");
    assertEquals(held.runs.length, 0);
  });
}
