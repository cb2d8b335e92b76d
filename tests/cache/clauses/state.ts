import { assert, assertEquals, assertRejects } from "@std/assert";
import { InvalidNameError } from "../../../src/errors.ts";
import {
  type AddClause,
  assertTime,
  claimElsewhere,
  failing,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  seed,
  SOURCE,
  SPAN,
} from "../bench.ts";

/** What is going on with a source. */
export function stateClauses(clause: AddClause): void {
  clause("refreshState() is idle when nobody refreshes and nothing has failed", async ({ cache, stranger, clock }) => {
    const idle = { kind: "idle", attempts: 0, lastError: undefined } as const;
    assertEquals(await cache.refreshState(SOURCE), idle);
    await seed(stranger, "one", clock.now());
    assertEquals(await cache.refreshState(SOURCE), idle);
  });

  clause("refreshState() is refreshing, by whom, since when and until when", async ({ cache, other, clock, heard }) => {
    const held = new HeldRefresher();
    const startedAt = clock.now();
    const refreshing = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    await clock.advance(1_000);
    const state = await other.refreshState(SOURCE);
    assert(state.kind === "refreshing", state.kind);
    assertEquals(state.token, heard.first("claimed").token);
    assertEquals(Number.isInteger(state.owner.pid), true);
    assertTime(state.startedAt, startedAt, "startedAt");
    assertTime(state.deadline, startedAt + SPAN, "deadline");
    assertEquals([state.attempts, state.progress], [0, undefined]);
    held.finish("one");
    await refreshing;
    assertEquals((await other.refreshState(SOURCE)).kind, "idle");
  });

  clause("refreshState() shows the progress that another process reports", async ({ cache, stranger }) => {
    const claim = await claimElsewhere(stranger);
    await stranger.report(claim, { done: 3, total: 7, message: "page 3" });
    const state = await cache.refreshState(SOURCE);
    assert(state.kind === "refreshing", state.kind);
    assertEquals(state.progress, { done: 3, total: 7, message: "page 3" });
  });

  clause(
    "refreshState() is cooling down, why, after how many tries and until when",
    async ({ cache, other, clock }) => {
      const { retryAt } = await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
      const state = await other.refreshState(SOURCE);
      assert(state.kind === "cooling-down", state.kind);
      assertEquals([state.lastError, state.attempts], ["no network", 1]);
      assertTime(state.startedAt, clock.now(), "startedAt");
      assertTime(state.retryAt, retryAt, "retryAt");
      await clock.advance(retryAt - clock.now());
      assertEquals(await other.refreshState(SOURCE), { kind: "idle", attempts: 1, lastError: "no network" });
    },
  );

  clause("refreshState() is abandoned when a refresh is long overdue", async ({ cache, stranger, clock }) => {
    const startedAt = clock.now();
    const { token } = await claimElsewhere(stranger, 1_000);
    await clock.advance(3_000);
    assertEquals((await cache.refreshState(SOURCE)).kind, "refreshing");
    await clock.advance(1);
    const state = await cache.refreshState(SOURCE);
    assert(state.kind === "abandoned", state.kind);
    assertEquals([state.reason, state.token, state.attempts], ["overdue", token, 0]);
    assertTime(state.startedAt, startedAt, "startedAt");
    assertTime(state.deadline, startedAt + 1_000, "deadline");
  });

  clause("refreshState() is idle, and the failure forgotten, after a success", async ({ cache, clock }) => {
    await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    await clock.advance(1);
    await cache.refresh(SOURCE, quick("one").refresh);
    assertEquals(await cache.refreshState(SOURCE), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("refreshState() rejects when the source cannot be one", async ({ cache, stranger }) => {
    await assertRejects(() => cache.refreshState({ ...SOURCE, name: "a b" }), InvalidNameError);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });
}
