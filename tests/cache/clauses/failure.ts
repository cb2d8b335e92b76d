import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import {
  type AddClause,
  claimElsewhere,
  failing,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  seed,
  SOURCE,
  textOf,
  TTL,
} from "../bench.ts";

const NO_NETWORK = failing(new Error("no network"));

/** Failures, and what they hold back. */
export function failureClauses(clause: AddClause): void {
  clause("the ceiling of the back-off doubles with every failure", async ({ cache, clock }) => {
    for (let attempts = 1; attempts <= 6; attempts++) {
      const error = await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
      assertEquals(error.attempts, attempts);
      const delay = error.retryAt - clock.now();
      assert(delay >= 0 && delay < 1_000 * 2 ** (attempts - 1), `${delay} ms after ${attempts}`);
      assertStringIncludes(error.message, attempts === 1 ? "(once)" : `(${attempts} times in a row)`);
    }
  });

  clause("the back-off is the cache's own: base and cap", async ({ fixture, clock }) => {
    const cache = fixture.open({ backoff: { base: 100_000, cap: 150_000 } });
    const delays: number[] = [];
    for (let attempts = 1; attempts <= 20; attempts++) {
      delays.push((await refreshFailure(cache.refresh(SOURCE, NO_NETWORK))).retryAt - clock.now());
    }
    assert(delays.every((delay) => delay < 150_000), `${delays}`);
    assert(delays.some((delay) => delay > 1_000), `${delays}`);
    assertEquals(new Set(delays).size > 10, true, "jitter");
  });

  clause("attempts are carried over from process to process", async ({ cache, stranger, clock }) => {
    const claim = await claimElsewhere(stranger);
    await stranger.fail(claim, { message: "no network there", retryAt: clock.now() + 1 });
    assertEquals((await refreshFailure(cache.refresh(SOURCE, NO_NETWORK))).attempts, 2);
    const next = await claimElsewhere(stranger);
    assertEquals(next.attempts, 2);
  });

  clause("a refresh that was abandoned counts as a failed try", async ({ cache, stranger, clock }) => {
    await claimElsewhere(stranger, 1_000);
    await clock.advance(3_001);
    assertEquals((await refreshFailure(cache.refresh(SOURCE, NO_NETWORK))).attempts, 2);
  });

  clause("a success clears attempts and back-off", async ({ cache, other, clock }) => {
    for (let time = 0; time < 5; time++) await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
    await clock.advance(1);
    await other.refresh(SOURCE, quick("one").refresh);
    const error = await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
    assertEquals(error.attempts, 1);
    assert(error.retryAt < clock.now() + 1_000);
  });

  clause("a failure is seen by other cache objects and other processes, with its reason", async (bench) => {
    const { cache, other, stranger, clock } = bench;
    const told = await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
    const seen = await refreshFailure(other.refreshIfStale(SOURCE, FORBIDDEN));
    assertEquals([seen.reason, seen.attempts, seen.retryAt], ["no network", 1, told.retryAt]);
    assertEquals(seen.message, told.message);
    const state = await stranger.state(KEY);
    assertEquals(state.kind === "cooling-down" && state.lastError, "no network");
    assert(clock.now() < told.retryAt);
  });

  clause("a failure holds back background refreshes of every cache object, until retryAt", async (bench) => {
    const { cache, other, stranger, clock } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const { retryAt } = await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
    other.maybeRefresh(SOURCE, FORBIDDEN);
    await other.drain();
    await clock.advance(retryAt - clock.now());
    const held = new HeldRefresher();
    other.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    held.finish("new");
    await other.drain();
    assertEquals(textOf(await cache.read(SOURCE)), "new");
  });

  clause("a forced refresh does not wait for it, and its failure raises the back-off", async ({ cache, other }) => {
    await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
    const error = await refreshFailure(other.refresh(SOURCE, failing(new Error("still no network"))));
    assertEquals([error.attempts, error.reason], [2, "still no network"]);
  });

  clause("the data from before a failure stays, its age and all", async ({ cache, other, stranger, clock }) => {
    const capturedAt = clock.now() - TTL - 5_000;
    await seed(stranger, "old", capturedAt);
    for (let time = 0; time < 3; time++) await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
    const entry = await other.read(SOURCE);
    assertEquals([textOf(entry), entry.state], ["old", "stale"]);
    assert(Math.abs(entry.age - TTL - 5_000) <= 1, `${entry.age}`);
  });

  clause("a failure of one source holds back no other", async ({ cache }) => {
    await refreshFailure(cache.refresh(SOURCE, NO_NETWORK));
    const entry = await cache.refreshIfStale({ ...SOURCE, name: "other" }, quick("one").refresh);
    assertEquals(entry.origin, "refreshed");
  });

  clause("a reason of any characters can be read elsewhere; of any length, its first 2,000", async (bench) => {
    const { cache, other } = bench;
    const cause = new Error(`"\\ \u0000 \u2028 <&> ✓ ${"x".repeat(100_000)}`);
    const told = await refreshFailure(cache.refresh(SOURCE, failing(cause)));
    assertEquals(told.reason, cause.message.slice(0, 2_000));
    assertStrictEquals(told.cause, cause);
    const seen = await refreshFailure(other.refreshIfStale(SOURCE, FORBIDDEN));
    assertEquals(seen.reason, told.reason);
  });
}
