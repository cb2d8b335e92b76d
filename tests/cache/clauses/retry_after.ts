import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { RetryAfterError } from "../../../src/errors/retry_after_error.ts";
import {
  type AddClause,
  assertTime,
  type Bench,
  failing,
  FORBIDDEN,
  KEY,
  quick,
  refreshFailure,
  seed,
  SOURCE,
  textOf,
  TTL,
} from "../bench.ts";

const HOUR = 3_600_000;

/** When another process would try again. */
async function heldBackUntil({ stranger }: Bench): Promise<number> {
  const state = await stranger.state(KEY);
  assert(state.kind === "cooling-down", state.kind);
  return state.retryAt;
}

/** Refreshers that were told when to come back. */
export function retryAfterClauses(clause: AddClause): void {
  clause("the source is left alone for so long, by everybody", async (bench) => {
    const { cache, other, clock, stranger, heard } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const retryAt = clock.now() + HOUR;
    const cause = new RetryAfterError(HOUR);
    const error = await refreshFailure(cache.refreshIfStale(SOURCE, failing(cause)));
    assertEquals([error.retryAt, error.attempts], [retryAt, 1]);
    assertStrictEquals(error.cause, cause);
    assertTime(await heldBackUntil(bench), retryAt);
    await clock.advance(HOUR - 1);
    for (const each of [cache, other]) assertEquals((await each.refreshIfStale(SOURCE, FORBIDDEN)).origin, "stale");
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertTime(heard.first("cooling-down").error.retryAt, retryAt);
    await clock.advance(2);
    assertEquals(textOf(await other.refreshIfStale(SOURCE, quick("new").refresh)), "new");
  });

  clause("a forced refresh does not wait for it, and may be told another time", async (bench) => {
    const { cache, clock } = bench;
    await refreshFailure(cache.refresh(SOURCE, failing(new RetryAfterError(HOUR))));
    await clock.advance(1);
    const error = await refreshFailure(cache.refresh(SOURCE, failing(new RetryAfterError(5_000))));
    assertEquals([error.retryAt, error.attempts], [clock.now() + 5_000, 2]);
    assertTime(await heldBackUntil(bench), error.retryAt);
    assertEquals(textOf(await cache.refresh(SOURCE, quick("new").refresh)), "new");
  });

  clause("more than 24 hours counts as 24 hours", async (bench) => {
    const { cache, clock } = bench;
    for (const ms of [25 * HOUR, 1e300, Infinity]) {
      const error = await refreshFailure(cache.refresh(SOURCE, failing(new RetryAfterError(ms))));
      assertEquals(error.retryAt, clock.now() + 24 * HOUR);
      assertTime(await heldBackUntil(bench), error.retryAt);
      await clock.advance(1);
    }
  });

  clause("0 lets the next caller try at once", async ({ cache, other, clock }) => {
    const error = await refreshFailure(cache.refresh(SOURCE, failing(new RetryAfterError(0))));
    assertEquals(error.retryAt, clock.now());
    assertEquals(textOf(await other.refreshIfStale(SOURCE, quick("new").refresh)), "new");
  });

  clause("where nobody said when, it is left alone for as long as after any other failure", async (bench) => {
    const { fixture, clock } = bench;
    const patient = fixture.open({ backoff: { base: HOUR, cap: HOUR } });
    const error = await refreshFailure(patient.refresh(SOURCE, failing(new RetryAfterError(undefined))));
    assert(error.retryAt > clock.now() && error.retryAt <= clock.now() + HOUR, `${error.retryAt - clock.now()}`);
  });

  clause("from() an answer goes by its header", async (bench) => {
    const { cache, clock } = bench;
    const headers = { "retry-after": "90" };
    const error = await refreshFailure(cache.refresh(SOURCE, () => {
      throw RetryAfterError.from(new Response(null, { status: 429, headers }));
    }));
    assertEquals(error.retryAt, clock.now() + 90_000);
    assertEquals(error.reason, "the server answered 429: it is to be left alone for 90 s");
    assertTime(await heldBackUntil(bench), error.retryAt);
  });

  clause("the class of another copy of this package is known by its code", async ({ cache, clock }) => {
    class TheirError extends Error {
      readonly code = "RETRY_AFTER";
      readonly retryAfter = HOUR;
    }
    const error = await refreshFailure(cache.refresh(SOURCE, failing(new TheirError("429"))));
    assertEquals(error.retryAt, clock.now() + HOUR);
  });

  clause("the refresher of a typed source says so as well, and get() serves what is there", async (bench) => {
    const { cache, stranger, clock } = bench;
    await seed(stranger, '"old"', clock.now() - TTL);
    const models = cache.source<string>({ ...SOURCE, refresh: failing(new RetryAfterError(HOUR)) as () => never });
    const retryAt = clock.now() + HOUR;
    const entry = await models.getEntry({ refresh: "if-stale" });
    assertEquals([entry.data, entry.origin], ["old", "stale"]);
    assertTime(await heldBackUntil(bench), retryAt);
  });
}
