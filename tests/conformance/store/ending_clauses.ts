import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { InvalidOptionError } from "../../../src/errors.ts";
import { type AddClause, assertData, assertTime, collect, encode, failOnce, HOUR, KEY, OVERDUE } from "./bench.ts";
import { request, seed, snapshot, SPAN, stateOf, take } from "./bench.ts";

/** What the holder of a claim can do with it, and what is seen of that. */
export function endingClauses(clause: AddClause): void {
  clause("commit() makes the bytes the data and ends the claim", async ({ store, other, clock }) => {
    const claim = await take(store);
    assertEquals(await store.commit(claim, encode("models"), clock.now() - 3_000), "committed");
    await assertData(other, "models", clock.now() - 3_000);
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("commit() with older bytes than are there replaces them: the claim counts, not the time", async (bench) => {
    const { store, clock } = bench;
    await seed(store, "new", clock.now());
    await seed(store, "older", clock.now() - HOUR);
    await assertData(store, "older", clock.now() - HOUR);
  });

  clause('commit() of "not-modified" keeps the bytes and changes only their time', async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - HOUR);
    assertEquals(await store.commit(await take(store), "not-modified", clock.now() - 1_000), "committed");
    await assertData(other, "models", clock.now() - 1_000);
    await stateOf(other, "idle");
  });

  clause(
    'commit() of "not-modified" is "missing" when there is no data, and the claim is still held',
    async (bench) => {
      const { store, other, clock } = bench;
      const claim = await take(store);
      const before = await snapshot(other);
      assertEquals(await store.commit(claim, "not-modified", clock.now()), "missing");
      assertEquals(await snapshot(other), before);
      assertEquals((await other.claim(KEY, request())).kind, "refreshing");
      assertEquals(await store.commit(claim, encode("models"), clock.now()), "committed");
      await assertData(other, "models", clock.now());
    },
  );

  clause(
    "commit() rejects with the signal's reason when that is aborted, and the claim is still held",
    async (bench) => {
      const { store, other, clock } = bench;
      await seed(store, "old", clock.now() - HOUR);
      const claim = await take(store);
      const reason = new Error("changed my mind");
      const signal = AbortSignal.abort(reason);
      const thrown = await assertRejects(() => store.commit(claim, encode("new"), clock.now(), { signal }));
      assertEquals(thrown, reason);
      await assertData(other, "old", clock.now() - HOUR);
      await stateOf(other, "refreshing");
      assertEquals(await store.commit(claim, encode("new"), clock.now()), "committed");
    },
  );

  clause("release() gives the claim back and leaves the data as it is", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - 1_000);
    const before = await snapshot(other);
    assertEquals(await store.release(await take(store)), "done");
    assertEquals(await snapshot(other), before);
  });

  clause("release() leaves nothing behind when there was nothing", async ({ store, other }) => {
    await store.release(await take(store));
    assertEquals(await collect(other.list()), []);
    assertEquals(await other.remove(KEY), false);
  });

  clause("release() brings back the failure that was there before the claim", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR, "no network");
    const before = await stateOf(other, "cooling-down");
    assertEquals(await store.release(await take(store, { force: true })), "done");
    const after = await stateOf(other, "cooling-down");
    assertEquals([after.attempts, after.lastError], [before.attempts, before.lastError]);
    assertTime(after.retryAt, before.retryAt, "retryAt");
  });

  clause("release() of a claim that took over keeps counting the one that was abandoned", async (bench) => {
    const { store, other, clock } = bench;
    await take(store);
    await clock.advance(OVERDUE);
    const second = await take(other);
    assertEquals(second.attempts, 1);
    await other.release(second);
    assertEquals((await take(store)).attempts, 1);
  });

  clause("report() tells everybody how far the refresh has come", async ({ store, other }) => {
    const claim = await take(store);
    assertEquals(await store.report(claim, { done: 3, total: 10, message: "page 3 of 10" }), "done");
    assertEquals((await stateOf(other, "refreshing")).progress, { done: 3, total: 10, message: "page 3 of 10" });
  });

  clause("report() replaces the last report as a whole", async ({ store, other }) => {
    const claim = await take(store);
    await store.report(claim, { done: 3, total: 10, message: "page 3 of 10" });
    await store.report(claim, { done: 4 });
    assertEquals((await stateOf(other, "refreshing")).progress, { done: 4 });
  });

  clause("report() keeps a copy: what its caller does to the object afterwards changes nothing", async (bench) => {
    const { store, other } = bench;
    const progress = { done: 1 };
    await store.report(await take(store), progress);
    progress.done = 2;
    assertEquals((await stateOf(other, "refreshing")).progress, { done: 1 });
  });

  clause("report() changes neither deadline nor attempts", async ({ store, other, clock }) => {
    await failOnce(store, clock.now());
    const claim = await take(store);
    const { progress: _before, ...before } = await stateOf(other, "refreshing");
    await clock.advance(1_000);
    await store.report(claim, { done: 1 });
    const { progress: _after, ...after } = await stateOf(other, "refreshing");
    assertEquals(after, before);
  });

  clause("extend() moves the deadline for everybody", async ({ store, other, clock }) => {
    const startedAt = clock.now();
    const claim = await take(store);
    await store.report(claim, { done: 1 });
    assertEquals(await store.extend(claim, startedAt + 3 * SPAN), "done");
    const state = await stateOf(other, "refreshing");
    assertTime(state.deadline, startedAt + 3 * SPAN, "deadline");
    assertTime(state.startedAt, startedAt, "startedAt");
    assertEquals([state.token, state.progress], [claim.token, { done: 1 }]);
  });

  clause("extend() keeps the claim from being overdue", async ({ store, other, clock }) => {
    const claim = await take(store);
    await store.extend(claim, clock.now() + HOUR);
    await clock.advance(OVERDUE);
    await stateOf(other, "refreshing");
    assertEquals((await other.claim(KEY, request())).kind, "refreshing");
    assertEquals(await store.commit(claim, encode("models"), clock.now()), "committed");
  });

  clause("extend() of an overdue claim that nobody has taken over yet makes it current again", async (bench) => {
    const { store, other, clock } = bench;
    const claim = await take(store);
    await clock.advance(OVERDUE);
    await stateOf(other, "abandoned");
    assertEquals(await store.extend(claim, clock.now() + SPAN), "done");
    await stateOf(other, "refreshing");
  });

  clause("extend() can bring the deadline nearer, too", async ({ store, other, clock }) => {
    const claim = await take(store, { refreshDeadline: HOUR });
    await store.extend(claim, clock.now() + SPAN);
    await clock.advance(OVERDUE);
    await take(other);
  });

  clause(
    "extend() refuses a deadline that is no time, and the claim is still held",
    async ({ store, other, clock }) => {
      const claim = await take(store);
      for (const deadline of [NaN, Infinity, -Infinity, Date.UTC(10_000, 0)]) {
        const refused: unknown = await store.extend(claim, deadline).catch((error: unknown) => error);
        assertInstanceOf(refused, InvalidOptionError, `${deadline}`);
        assertEquals(refused.what, "deadline");
      }
      assertTime((await stateOf(other, "refreshing")).deadline, claim.deadline, "deadline");
      assertEquals(await store.commit(claim, encode("models"), clock.now()), "committed");
    },
  );

  clause("fail() refuses a retryAt that is no time", async ({ store, clock }) => {
    const claim = await take(store);
    const refused: unknown = await store.fail(claim, { message: "no network", retryAt: Infinity })
      .catch((error: unknown) => error);
    assertInstanceOf(refused, InvalidOptionError);
    await store.release(claim);
    assertEquals((await take(store)).attempts, 0);
    assertEquals(clock.now(), claim.startedAt);
  });

  clause("transfer() makes another process the owner, and the token stays", async (bench) => {
    const { store, other, clock, fixture } = bench;
    const claim = await take(store);
    await store.report(claim, { done: 1 });
    assertEquals(await store.transfer(claim, fixture.pids.other), "done");
    const state = await stateOf(other, "refreshing");
    assertEquals([state.owner.pid, state.token, state.progress], [fixture.pids.other, claim.token, { done: 1 }]);
    assertTime(state.deadline, claim.deadline, "deadline");
    assertEquals((await other.claim(KEY, request())).kind, "refreshing");
    assertEquals(await other.commit(claim, encode("models"), clock.now()), "committed");
  });

  clause("transfer() without a pid makes this process the owner", async ({ store, other, fixture }) => {
    const claim = await take(store);
    await store.transfer(claim, fixture.pids.other);
    assertEquals(await other.transfer(claim), "done");
    assertEquals((await stateOf(store, "refreshing")).owner.pid, fixture.pids.own);
  });

  clause("fail(), release(), report(), extend() and transfer() reject when their signal is aborted", async (bench) => {
    const { store, other, clock } = bench;
    const claim = await take(store);
    const before = await snapshot(other);
    const reason = new Error("changed my mind");
    const options = { signal: AbortSignal.abort(reason) };
    const verbs = [
      () => store.fail(claim, { message: "no network", retryAt: clock.now() + HOUR }, options),
      () => store.release(claim, options),
      () => store.report(claim, { done: 1 }, options),
      () => store.extend(claim, clock.now() + HOUR, options),
      () => store.transfer(claim, undefined, options),
    ];
    for (const verb of verbs) assertEquals(await assertRejects(verb), reason);
    assertEquals(await snapshot(other), before);
  });
}
