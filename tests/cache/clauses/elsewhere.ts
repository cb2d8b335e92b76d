import { assertEquals, assertInstanceOf } from "@std/assert";
import { WaitTimeoutError } from "../../../src/errors.ts";
import {
  type AddClause,
  assertTime,
  claimElsewhere,
  encode,
  FORBIDDEN,
  KEY,
  quick,
  refreshFailure,
  rejection,
  seed,
  SOURCE,
  SPAN,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** A refresh that another process runs, and whoever waits for it here. */
export function elsewhereClauses(clause: AddClause): void {
  clause("a caller waits for it, and gets its data", async ({ cache, stranger, clock, heard }) => {
    const claim = await claimElsewhere(stranger);
    const waiting = cache.refresh(SOURCE, FORBIDDEN);
    await until(() => heard.events.length > 0);
    const { state } = heard.first("waiting");
    assertEquals([state.kind, state.token], ["refreshing", claim.token]);
    await clock.advance(2_000);
    await stranger.commit(claim, encode("one"), clock.now());
    const entry = await clock.advanceUntil(waiting);
    assertEquals([textOf(entry), entry.origin, entry.state], ["one", "joined", "fresh"]);
    assertEquals(heard.kinds(), ["waiting", "adopted"]);
  });

  clause("a caller gets its failure, when it fails", async ({ cache, stranger, clock, heard }) => {
    const claim = await claimElsewhere(stranger);
    const waiting = refreshFailure(cache.refresh(SOURCE, FORBIDDEN));
    await until(() => heard.events.length > 0);
    const retryAt = clock.now() + 5_000;
    await stranger.fail(claim, { message: "no network there", retryAt });
    const error = await clock.advanceUntil(waiting);
    assertEquals([error.reason, error.attempts, error.cause], ["no network there", 1, undefined]);
    assertTime(error.retryAt, retryAt, "retryAt");
    assertEquals(heard.first("failed").error, error);
    assertEquals(heard.kinds(), ["waiting", "failed"]);
  });

  clause("a caller gets its failure, though it has cooled down by the time that he looks", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    for (let attempts = 1; attempts <= 2; attempts++) {
      const claim = await claimElsewhere(stranger);
      const waiting = refreshFailure(cache.refresh(SOURCE, FORBIDDEN));
      await until(() => heard.events.length > 0);
      await stranger.fail(claim, { message: `failure ${attempts}`, retryAt: clock.now() });
      const error = await clock.advanceUntil(waiting);
      assertEquals([error.reason, error.attempts], [`failure ${attempts}`, attempts]);
      assertEquals(heard.kinds(), ["waiting", "failed"]);
    }
  });

  clause("a caller refreshes himself when the claim is given back, whatever had failed before", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await stranger.fail(await claimElsewhere(stranger), { message: "no network there", retryAt: clock.now() });
    const claim = await claimElsewhere(stranger);
    const waiting = cache.refresh(SOURCE, quick("mine").refresh);
    await until(() => heard.events.length > 0);
    await stranger.release(claim);
    assertEquals(textOf(await clock.advanceUntil(waiting)), "mine");
  });

  clause("a caller refreshes himself when the claim is given back", async ({ cache, stranger, clock, heard }) => {
    const claim = await claimElsewhere(stranger);
    const waiting = cache.refresh(SOURCE, quick("mine").refresh);
    await until(() => heard.events.length > 0);
    await stranger.release(claim);
    const entry = await clock.advanceUntil(waiting);
    assertEquals([textOf(entry), entry.origin], ["mine", "refreshed"]);
    assertEquals(heard.kinds(), ["waiting", "claimed", "refreshed"]);
  });

  clause("a caller with data gets it when the refresh outlasts its deadline", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    await claimElsewhere(stranger);
    const before = clock.now();
    const entry = await clock.advanceUntil(cache.refreshIfStale(SOURCE, FORBIDDEN), 2 * SPAN, 100);
    assertEquals([textOf(entry), entry.state, entry.origin], ["old", "stale", "stale"]);
    assertEquals(clock.now() - before >= SPAN && clock.now() - before < SPAN + 500, true);
  });

  clause("a caller without data gets a time-out that names who refreshes", async ({ cache, stranger, clock }) => {
    const { deadline } = await claimElsewhere(stranger);
    const state = await stranger.state(KEY);
    for (const call of [() => cache.refreshIfStale(SOURCE, FORBIDDEN), () => cache.refresh(SOURCE, FORBIDDEN)]) {
      const error = await clock.advanceUntil(rejection(call()), 2 * SPAN, 100);
      assertInstanceOf(error, WaitTimeoutError);
      assertEquals([error.code, error.source], ["WAIT_TIMEOUT", "discovery/models"]);
      assertTime(error.deadline, deadline, "deadline");
      assertEquals(error.pid, state.kind === "refreshing" ? state.owner.pid : -1);
    }
  });

  clause("a forced caller gets the time-out though there is data", async ({ cache, stranger, clock }) => {
    await seed(stranger, "old", clock.now() - TTL);
    await claimElsewhere(stranger);
    const error = await clock.advanceUntil(rejection(cache.refresh(SOURCE, FORBIDDEN)), 2 * SPAN, 100);
    assertInstanceOf(error, WaitTimeoutError);
  });

  clause("a caller waits longer when the deadline is extended", async ({ cache, stranger, clock, heard }) => {
    const claim = await claimElsewhere(stranger);
    const waiting = cache.refresh(SOURCE, FORBIDDEN);
    await until(() => heard.events.length > 0);
    await clock.advance(SPAN - 1_000);
    await stranger.extend(claim, clock.now() + 3 * SPAN);
    await clock.advance(2 * SPAN);
    await stranger.commit(claim, encode("late"), clock.now());
    assertEquals(textOf(await clock.advanceUntil(waiting)), "late");
  });

  clause("a caller takes over when the refresh is abandoned", async ({ cache, stranger, clock, heard }) => {
    const { token } = await claimElsewhere(stranger);
    await clock.advance(3 * SPAN + 1);
    const entry = await clock.advanceUntil(cache.refresh(SOURCE, quick("mine").refresh));
    assertEquals([textOf(entry), entry.origin], ["mine", "refreshed"]);
    const { from } = heard.first("recovered");
    assertEquals([from.token, from.reason], [token, "overdue"]);
    assertEquals(heard.kinds(), ["recovered", "claimed", "refreshed"]);
  });

  clause("a caller waits on when one refresh follows the other", async ({ cache, stranger, clock, heard }) => {
    const first = await claimElsewhere(stranger);
    const waiting = cache.refresh(SOURCE, FORBIDDEN);
    await until(() => heard.events.length > 0);
    await stranger.release(first);
    const second = await claimElsewhere(stranger);
    await clock.advance(1_000);
    await stranger.commit(second, encode("second"), clock.now());
    const entry = await clock.advanceUntil(waiting);
    assertEquals([textOf(entry), entry.origin], ["second", "joined"]);
  });

  clause("a caller gets what is put while he waits", async ({ cache, stranger, clock, heard }) => {
    await claimElsewhere(stranger);
    const waiting = cache.refresh(SOURCE, FORBIDDEN);
    await until(() => heard.events.length > 0);
    await clock.advance(10);
    await stranger.put(KEY, encode("put"), clock.now());
    const entry = await clock.advanceUntil(waiting);
    assertEquals([textOf(entry), entry.origin], ["put", "joined"]);
  });

  clause("all who wait in one process run one refresher when the claim is given back", async (bench) => {
    const { cache, other, stranger, clock, heard } = bench;
    const claim = await claimElsewhere(stranger);
    const counter = quick("mine");
    const calls = Array.from(
      { length: 10 },
      (_, index) => (index % 2 === 0 ? cache : other).refresh(SOURCE, counter.refresh),
    );
    await until(() => heard.events.length === 5);
    await clock.advance(10);
    await stranger.release(claim);
    const entries = await clock.advanceUntil(Promise.all(calls));
    assertEquals(counter.runs, 1);
    assertEquals([...new Set(entries.map(textOf))], ["mine"]);
  });

  clause("a caller who leaves does so at once, and the refresh goes on", async ({ cache, stranger, clock, heard }) => {
    const claim = await claimElsewhere(stranger);
    const controller = new AbortController();
    const leaving = rejection(cache.refresh(SOURCE, FORBIDDEN, { signal: controller.signal }));
    await until(() => heard.events.length > 0);
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    assertEquals(await stranger.commit(claim, encode("one"), clock.now()), "committed");
    assertEquals(heard.kinds(), ["waiting"]);
    assertEquals(clock.sleeping, 0, "nobody waits any more");
  });
}
