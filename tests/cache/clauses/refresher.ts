import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { InvalidPayloadError, RefreshDeadlineError } from "../../../src/errors.ts";
import type { Refresher } from "../../../src/refresher.ts";
import {
  type AddClause,
  failing,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  seed,
  SOURCE,
  SPAN,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** Refreshers that do what they should not. */
export function refresherClauses(clause: AddClause): void {
  clause(
    "one that returns neither bytes nor text fails, and says what it returned",
    async ({ cache, clock, stranger }) => {
      await seed(stranger, "old", clock.now());
      const payloads: [unknown, string][] = [
        [undefined, "undefined"],
        [null, "null"],
        [7, "7"],
        [{ models: [] }, "an object"],
        [["one"], "an array"],
        [new ArrayBuffer(4), "an object"],
        [new Uint16Array(4), "an object"],
      ];
      for (const [payload, shown] of payloads) {
        await clock.advance(1);
        const error = await refreshFailure(cache.refresh(SOURCE, quick(payload as string).refresh));
        assertInstanceOf(error.cause, InvalidPayloadError);
        assertStringIncludes(error.reason, `returned ${shown}: expected a Uint8Array or a string`);
      }
      assertEquals(textOf(await cache.read(SOURCE)), "old");
      assertEquals((await stranger.state(KEY)).kind, "cooling-down");
    },
  );

  clause("one that returns no promise is taken at its word", async ({ cache }) => {
    const refresher = (() => "one") as unknown as Refresher;
    assertEquals(textOf(await cache.refresh(SOURCE, refresher)), "one");
  });

  clause("one that throws fails as if it had rejected", async ({ cache, stranger }) => {
    const cause = new TypeError("no such field");
    const error = await refreshFailure(cache.refresh(SOURCE, () => {
      throw cause;
    }));
    assertStrictEquals(error.cause, cause);
    assertEquals(error.reason, "no such field");
    assertEquals((await stranger.state(KEY)).kind, "cooling-down");
  });

  clause(
    "one that rejects with anything leaves a reason that can be read elsewhere",
    async ({ cache, clock, stranger }) => {
      const cases: [unknown, string][] = [
        [new Error("no network"), "no network"],
        [new RangeError(""), "RangeError"],
        ["just text", "just text"],
        ["", "unknown error"],
        [undefined, "undefined"],
        [null, "null"],
        [404, "404"],
        [{ toString: () => "an answer" }, "an answer"],
        [Object.create(null), "unknown error"],
        [Symbol("odd"), "Symbol(odd)"],
      ];
      for (const [thrown, reason] of cases) {
        await clock.advance(1);
        const error = await refreshFailure(cache.refresh(SOURCE, failing(thrown)));
        assertEquals(error.reason, reason);
        assertStrictEquals(error.cause, thrown);
        const state = await stranger.state(KEY);
        assert(state.kind === "cooling-down" || state.kind === "idle", state.kind);
        assertEquals(state.lastError, reason);
      }
    },
  );

  clause("one that never settles is cut off at the deadline", async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "old", clock.now() - TTL);
    const begun = clock.now();
    const failed = refreshFailure(cache.refresh(SOURCE, () => new Promise(() => {})));
    const error = await clock.advanceUntil(failed, 2 * SPAN, 100);
    assertEquals(clock.now() - begun, SPAN);
    assertInstanceOf(error.cause, RefreshDeadlineError);
    assertEquals([error.cause.code, error.cause.deadlineMs], ["REFRESH_DEADLINE", SPAN]);
    assertStringIncludes(error.reason, `${SPAN} ms`);
    assertEquals(heard.kinds(), ["claimed", "failed"]);
    const state = await stranger.state(KEY);
    assertEquals(state.kind === "idle" ? undefined : state.attempts, 1);
    assertEquals(textOf(await cache.read(SOURCE)), "old");
  });

  clause("one that heeds its signal is cut off with the deadline as the reason", async ({ cache, clock }) => {
    let heeded: unknown;
    const failed = refreshFailure(cache.refresh(SOURCE, ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          heeded = signal.reason;
          reject(new Error("aborted, as I was told"));
        });
      })));
    const error = await clock.advanceUntil(failed, 2 * SPAN, 100);
    assertInstanceOf(heeded, RefreshDeadlineError);
    assertStrictEquals(error.cause, heeded);
  });

  clause("one that ignores its signal changes nothing by what it returns later", async (bench) => {
    const { cache, other, stranger, clock, heard } = bench;
    for (const end of ["finish", "fail"] as const) {
      await seed(stranger, "old", clock.now() - TTL);
      const held = new HeldRefresher();
      const error = await clock.advanceUntil(refreshFailure(cache.refresh(SOURCE, held.refresh)), 2 * SPAN, 100);
      assertEquals(held.signal().aborted, true);
      held[end]("too late");
      await clock.advance(5);
      const state = await stranger.state(KEY);
      assertEquals("attempts" in state && state.attempts, error.attempts);
      assertEquals(textOf(await other.read(SOURCE)), "old");
      assertEquals(heard.kinds().filter((kind) => kind !== "claimed"), ["failed"]);
      await stranger.remove(KEY);
    }
  });

  clause("one that ignores its signal does not overwrite what came after it", async ({ cache, clock, heard }) => {
    const held = new HeldRefresher();
    await clock.advanceUntil(refreshFailure(cache.refresh(SOURCE, held.refresh)), 2 * SPAN, 100);
    await cache.refresh(SOURCE, quick("after").refresh);
    held.finish("too late");
    await clock.advance(5);
    assertEquals(textOf(await cache.read(SOURCE)), "after");
    assertEquals(heard.kinds(), ["claimed", "failed", "claimed", "refreshed", "hit"]);
  });

  clause("one that returns just before the deadline is in time", async ({ cache, clock }) => {
    const held = new HeldRefresher();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    await clock.advance(SPAN - 1);
    held.finish("in time");
    assertEquals(textOf(await refreshing), "in time");
    assertEquals(held.signal().aborted, false);
    assertEquals(clock.sleeping, 0, "no timer stays behind");
  });

  clause("the deadline goes by time that passes, though the wall clock is set back", async ({ cache, clock }) => {
    const held = new HeldRefresher();
    const failed = refreshFailure(cache.refresh(SOURCE, held.refresh));
    await held.begun();
    clock.jump(-3_600_000);
    const begun = clock.monotonic();
    const error = await clock.advanceUntil(failed, 2 * SPAN, 100);
    assertInstanceOf(error.cause, RefreshDeadlineError);
    assertEquals(clock.monotonic() - begun, SPAN);
  });

  clause("nobody who waits is left hanging by one that never settles", async ({ cache, other, clock }) => {
    const held = new HeldRefresher();
    const callers = [cache.refresh(SOURCE, held.refresh), other.refreshIfStale(SOURCE, held.refresh)];
    const errors = Promise.all(callers.map(refreshFailure));
    cache.maybeRefresh(SOURCE, held.refresh);
    await until(() => held.runs.length === 1);
    for (const error of await clock.advanceUntil(errors, 2 * SPAN, 100)) assertEquals(error.attempts, 1);
    await cache.drain();
  });
}
