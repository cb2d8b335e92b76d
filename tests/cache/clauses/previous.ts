import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { InvalidPayloadError } from "../../../src/errors.ts";
import type { PresentEntry } from "../../../src/entry.ts";
import type { NotModified, Refresher } from "../../../src/refresher.ts";
import {
  type AddClause,
  assertTime,
  claimElsewhere,
  encode,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  refreshFailure,
  seed,
  SOURCE,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** A refresher that finds that nothing has changed. */
const unchanged: Refresher = (context) => Promise.resolve(context.notModified());

/** What a refresher sees of what was there before, and how it says that this is still right. */
export function previousClauses(clause: AddClause): void {
  clause("there is none before the first refresh, then the data and its age, fresh or stale", async (bench) => {
    const { cache, clock } = bench;
    const seen: (PresentEntry<Uint8Array> | undefined)[] = [];
    const look = (answer: string): Refresher => ({ previous }) => {
      seen.push(previous);
      return Promise.resolve(answer);
    };
    await cache.refresh(SOURCE, look("one"));
    await clock.advance(1_000);
    await cache.refresh(SOURCE, look("two"));
    await clock.advance(TTL + 5);
    await cache.refreshIfStale(SOURCE, look("three"));
    const [none, fresh, stale] = seen;
    assert(none === undefined && fresh !== undefined && stale !== undefined, "none, then some");
    assertEquals([textOf(fresh), fresh.state, textOf(stale), stale.state], ["one", "fresh", "two", "stale"]);
    assertTime(fresh.age, 1_000, "its age");
    assertTime(stale.age, TTL + 5, "its age");
    assertTime(fresh.capturedAt, clock.now() - TTL - 1_005);
    assertTime(stale.capturedAt, clock.now() - TTL - 5);
  });

  clause("its bytes are the refresher's own, and the same ones each time that he looks", async (bench) => {
    const { cache, other, clock } = bench;
    await cache.refresh(SOURCE, () => Promise.resolve("old"));
    const entry = await cache.refresh(SOURCE, (context) => {
      assertStrictEquals(context.previous, context.previous);
      context.previous?.data.fill(0);
      return Promise.resolve(context.notModified());
    });
    assertEquals([textOf(entry), textOf(await cache.read(SOURCE)), textOf(await other.read(SOURCE))], [
      ...["old", "old", "old"],
    ]);
    await clock.advance(1);
    const again = await cache.refresh(SOURCE, ({ previous }) => Promise.resolve(previous?.data ?? "none"));
    assertEquals(textOf(again), "old");
  });

  clause("notModified() changes the age only, and says so", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL - 1_000);
    const held = new HeldRefresher();
    const refreshing = cache.refreshIfStale(SOURCE, held.refresh);
    await held.begun();
    await clock.advance(30);
    held.finish(held.context().notModified());
    const entry = await refreshing;
    assertEquals([textOf(entry), entry.state, entry.age, entry.origin], ["old", "fresh", 0, "refreshed"]);
    const stored = await stranger.read(KEY);
    assertEquals(stored?.bytes, encode("old"));
    assertTime(stored?.capturedAt, clock.now(), "capturedAt");
    const facts = { capturedAt: clock.now(), modified: false, size: 3, took: 30 };
    assertEquals(heard.first("refreshed"), { kind: "refreshed", source: KEY, ...facts });
    assertEquals(heard.kinds(), ["stale", "claimed", "refreshed"]);
    assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("notModified() after failures ends them, as data does", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    await refreshFailure(cache.refresh(SOURCE, () => Promise.reject(new Error("no network"))));
    await cache.refresh(SOURCE, unchanged);
    assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("all who wait for it get the old data and its new age", async ({ cache, other, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    const first = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    const callers = [first, other.refreshIfStale(SOURCE, FORBIDDEN), cache.refresh(SOURCE, FORBIDDEN)];
    await clock.advance(7);
    held.finish(held.context().notModified());
    const entries = await Promise.all(callers);
    assertEquals(entries.map((entry) => [textOf(entry), entry.capturedAt]), entries.map(() => ["old", clock.now()]));
    assertEquals(entries.map(({ origin }) => origin), ["refreshed", "joined", "joined"]);
  });

  clause("who waits for another process gets the old data and its new age", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const claim = await claimElsewhere(stranger);
    const waiting = cache.refreshIfStale(SOURCE, FORBIDDEN);
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    await clock.advance(2_000);
    const capturedAt = clock.now();
    assertEquals(await stranger.commit(claim, "not-modified", capturedAt), "committed");
    const entry = await clock.advanceUntil(waiting);
    assertEquals([textOf(entry), entry.origin, entry.state], ["old", "joined", "fresh"]);
    assertTime(entry.capturedAt, capturedAt, "capturedAt");
    assertEquals(heard.kinds(), ["stale", "waiting", "adopted"]);
  });

  clause("notModified() without data from before fails the refresh, and says why", async ({ cache, stranger }) => {
    const error = await refreshFailure(cache.refresh(SOURCE, unchanged));
    assertInstanceOf(error.cause, InvalidPayloadError);
    assertStringIncludes(error.reason, "notModified() although there is no previous data");
    const elsewhere = await stranger.state(KEY);
    assertEquals("lastError" in elsewhere && elsewhere.lastError, error.reason);
    assertEquals(await stranger.read(KEY), undefined);
  });

  clause(
    "notModified() of another refresh, without data from before, fails it as well",
    async ({ cache, stranger }) => {
      let kept: NotModified | undefined;
      await seed(stranger, "old", 0, { ...KEY, name: "others" });
      await cache.refresh({ ...SOURCE, name: "others" }, (context) => Promise.resolve(kept = context.notModified()));
      const error = await refreshFailure(cache.refresh(SOURCE, () => Promise.resolve(kept ?? "")));
      assertStringIncludes(error.reason, "notModified() although there is no previous data");
    },
  );

  clause("notModified() is superseded by what was put meanwhile, and does not touch it", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    await clock.advance(10);
    const putAt = clock.now();
    await stranger.put(KEY, encode("put"), putAt);
    await clock.advance(10);
    held.finish(held.context().notModified());
    const entry = await refreshing;
    assertEquals([textOf(entry), entry.origin], ["put", "joined"]);
    assertTime((await stranger.read(KEY))?.capturedAt, putAt, "capturedAt");
    assertEquals(heard.kinds(), ["claimed", "superseded", "adopted"]);
  });

  clause("notModified() does not bring back what was deleted meanwhile", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    await stranger.remove(KEY);
    held.finish(held.context().notModified());
    await cache.drain();
    assertEquals(heard.kinds(), ["stale", "claimed", "superseded"]);
    assertEquals(await stranger.read(KEY), undefined);
  });

  clause("what only looks like notModified() is no payload", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const lookalike = { notModified: true } as const;
    const error = await refreshFailure(cache.refresh(SOURCE, () => Promise.resolve(lookalike)));
    assertInstanceOf(error.cause, InvalidPayloadError);
    assertStringIncludes(error.reason, "returned an object: expected a Uint8Array or a string");
    assertTime((await stranger.read(KEY))?.capturedAt, clock.now() - TTL, "capturedAt");
  });
}
