import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { InvalidNameError, InvalidOptionError } from "../../../src/errors.ts";
import type { Refresher } from "../../../src/refresher.ts";
import {
  type AddClause,
  assertTime,
  encode,
  failing,
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
  TTL,
} from "../bench.ts";

/** A forced refresh. */
export function refreshClauses(clause: AddClause): void {
  clause("refresh() resolves to the new entry, and keeps it", async ({ cache, other, clock, heard }) => {
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    await clock.advance(2_000);
    held.finish("one");
    const entry = await refreshing;
    assertEquals([textOf(entry), entry.state, entry.age, entry.origin], ["one", "fresh", 0, "refreshed"]);
    assertEquals(entry.capturedAt, clock.now(), "captured when the refresher returned");
    assertEquals(textOf(await other.read(SOURCE)), "one");
    const claimed = heard.first("claimed");
    assertEquals(claimed.source, KEY);
    const capturedAt = clock.now();
    const what = { capturedAt, modified: true, size: 3, took: 2_000 };
    assertEquals(heard.first("refreshed"), { kind: "refreshed", source: KEY, ...what });
    assertEquals(heard.kinds(), ["claimed", "refreshed"]);
  });

  clause("refresh() refreshes though the data is fresh", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now());
    await clock.advance(10);
    assertEquals(textOf(await cache.refresh(SOURCE, quick("new").refresh)), "new");
    assertEquals(textOf(await cache.read(SOURCE)), "new");
  });

  clause("refresh() keeps text as UTF-8 and bytes as they are", async ({ cache, other, clock }) => {
    assertEquals(textOf(await cache.refresh(SOURCE, quick("grüße ✓").refresh)), "grüße ✓");
    await clock.advance(10);
    const bytes = Uint8Array.of(0, 255, 128, 10);
    assertEquals((await cache.refresh(SOURCE, quick(bytes).refresh)).data, bytes);
    assertEquals((await other.read(SOURCE)).data, bytes);
  });

  clause("refresh() keeps an empty answer as data", async ({ cache }) => {
    assertEquals((await cache.refresh(SOURCE, quick("").refresh)).data.length, 0);
    assertEquals((await cache.read(SOURCE)).state, "fresh");
  });

  clause("refresh() keeps the bytes of the moment at which the refresher returned", async ({ cache, other }) => {
    const bytes = encode("one");
    const refreshing = cache.refresh(SOURCE, quick(bytes).refresh);
    const entry = await refreshing;
    bytes.fill(0);
    assertEquals(textOf(entry), "one");
    entry.data.fill(0);
    assertEquals(textOf(await cache.read(SOURCE)), "one");
    assertEquals(textOf(await other.read(SOURCE)), "one");
  });

  clause("refresh() gives its refresher a signal and the deadline", async ({ cache, clock }) => {
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    const [context] = held.runs;
    assert(context?.signal instanceof AbortSignal);
    assertEquals([context.signal.aborted, context.deadline], [false, clock.now() + SPAN]);
    held.finish("one");
    await refreshing;
    await clock.advance(10 * SPAN);
    assertEquals(context.signal.aborted, false, "not aborted after its end");
  });

  clause("refresh() rejects with cause, attempts and retryAt when the refresher fails", async (bench) => {
    const { cache, clock, heard } = bench;
    const cause = new Error("no network");
    const error = await refreshFailure(cache.refresh(SOURCE, failing(cause)));
    assertEquals([error.cause, error.reason, error.attempts], [cause, "no network", 1]);
    assert(error.retryAt >= clock.now() && error.retryAt < clock.now() + 1_000, "within the first second");
    assertEquals(heard.first("failed").error, error);
    assertEquals(heard.kinds(), ["claimed", "failed"]);
  });

  clause("refresh() leaves the old data when it fails", async ({ cache, other, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    for (const reader of [cache, other]) {
      const entry = await reader.read(SOURCE);
      assertEquals([textOf(entry), entry.state], ["old", "stale"]);
    }
  });

  clause("refresh() does not wait for a failure to cool down", async ({ cache, clock, fixture }) => {
    const patient = fixture.open({ backoff: { base: 600_000 } });
    await refreshFailure(patient.refresh(SOURCE, failing(new Error("no network"))));
    const before = clock.now();
    assertEquals(textOf(await cache.refresh(SOURCE, quick("one").refresh)), "one");
    assertEquals(clock.now(), before);
  });

  clause("refresh() rejects, and claims nothing, when the source cannot be one", async ({ cache, heard, stranger }) => {
    await assertRejects(() => cache.refresh({ ...SOURCE, name: "a/b" }, FORBIDDEN), InvalidNameError);
    assertEquals(heard.events, []);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("every call rejects, and claims nothing, when its refresher is no function", async ({ cache, stranger }) => {
    const none = undefined as unknown as Refresher;
    await assertRejects(() => cache.refresh(SOURCE, none), InvalidOptionError, "refresher cannot be undefined");
    await assertRejects(() => cache.refreshIfStale(SOURCE, none), InvalidOptionError, "refresher cannot be");
    let thrown: unknown;
    try {
      cache.maybeRefresh(SOURCE, "text" as unknown as Refresher);
    } catch (error) {
      thrown = error;
    }
    assertInstanceOf(thrown, InvalidOptionError);
    assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("refresh() rejects with the reason, and claims nothing, when its signal was aborted before", async (bench) => {
    const { cache, stranger, heard } = bench;
    const signal = AbortSignal.abort("changed my mind");
    assertEquals(await rejection(cache.refresh(SOURCE, FORBIDDEN, { signal })), "changed my mind");
    assertEquals(heard.events, []);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("refresh() makes an entry that is stale at once when the TTL is 0", async ({ cache }) => {
    const entry = await cache.refresh({ ...SOURCE, ttl: 0 }, quick("one").refresh);
    assertEquals([textOf(entry), entry.state, entry.origin], ["one", "stale", "refreshed"]);
  });

  clause("refresh() again and again gives each time its own data", async ({ cache, clock }) => {
    for (let time = 0; time < 5; time++) {
      await clock.advance(1);
      assertEquals(textOf(await cache.refresh(SOURCE, quick(`${time}`).refresh)), `${time}`);
    }
    const entry = await cache.read(SOURCE);
    assertTime(entry.capturedAt, clock.now());
  });
}
