import { assert, assertEquals } from "@std/assert";
import { type AddClause, assertData, assertTime, encode, failOnce, HOUR, KEY, OVERDUE, PATIENT } from "./bench.ts";
import { request, seed, snapshot, SPAN, stateOf, take } from "./bench.ts";

/** Claims that nobody ended, and who gets them next. */
export function takeoverClauses(clause: AddClause): void {
  clause("state() is refreshing until two spans after the deadline, then abandoned: overdue", async (bench) => {
    const { store, other, clock, fixture } = bench;
    const claim = await take(store);
    await clock.advance(OVERDUE - 2);
    await stateOf(other, "refreshing");
    await clock.advance(3);
    const state = await stateOf(other, "abandoned");
    assertEquals([state.reason, state.token, state.attempts], ["overdue", claim.token, 0]);
    assertEquals(state.owner.pid, fixture.pids.own);
    assertTime(state.startedAt, claim.startedAt, "startedAt");
    assertTime(state.deadline, claim.deadline, "deadline");
  });

  clause("claim() takes over when the claim is overdue, not before, and tells from whom", async (bench) => {
    const { store, other, clock } = bench;
    await take(store);
    await clock.advance(OVERDUE - 2);
    assertEquals((await other.claim(KEY, request({ force: true }))).kind, "refreshing");
    await clock.advance(3);
    const abandoned = await stateOf(other, "abandoned");
    const answer = await other.claim(KEY, request());
    assert(answer.kind === "claimed", answer.kind);
    assertEquals(answer.recovered, abandoned);
    assertEquals(answer.claim.attempts, 1);
    assertTime(answer.claim.deadline, clock.now() + SPAN, "deadline");
    assertEquals((await stateOf(store, "refreshing")).token, answer.claim.token);
  });

  clause(
    "claim() judges by the deadline that was promised, not by the asker's own",
    async ({ store, other, clock }) => {
      const claim = await take(store, { refreshDeadline: HOUR });
      await clock.advance(OVERDUE);
      assertEquals((await other.claim(KEY, request({ refreshDeadline: 1 }))).kind, "refreshing");
      await store.release(claim);
      await take(store, { refreshDeadline: 1_000 });
      await clock.advance(3_001);
      await take(other, { refreshDeadline: HOUR });
    },
  );

  clause(
    "claim() can be taken over again and again, and each counts as an attempt",
    async ({ store, other, clock }) => {
      for (let attempts = 0; attempts < 4; attempts++) {
        const claim = await take(attempts % 2 === 0 ? store : other);
        assertEquals(claim.attempts, attempts);
        await clock.advance(OVERDUE);
      }
      assertEquals((await stateOf(store, "abandoned")).attempts, 3);
    },
  );

  clause("claim() that takes over is granted to exactly one of 100 that ask at once", async (bench) => {
    const { store, other, clock } = bench;
    await take(store);
    await clock.advance(OVERDUE);
    const asking = Array.from({ length: 100 }, (_, index) => index % 2 === 0 ? store : other);
    const answers = await clock.advanceUntil(
      Promise.all(asking.map((each) => each.claim(KEY, request({ refreshDeadline: HOUR }), PATIENT))),
      60_000,
    );
    assertEquals(answers.filter((answer) => answer.kind === "claimed").length, 1, "claims granted");
    assertEquals(answers.filter((answer) => answer.kind === "refreshing").length, 99, "claims refused");
  });

  clause("claim() adopts newer data although an overdue claim is there", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now());
    const lookedAt = clock.now() - 1_000;
    await take(store);
    await clock.advance(OVERDUE);
    assertEquals((await other.claim(KEY, request({ newerThan: lookedAt }))).kind, "adopted");
    await take(other);
  });

  clause("claim() that takes over leaves the data as it is", async ({ store, other, clock }) => {
    const capturedAt = clock.now() - 1_000;
    await seed(store, "models", capturedAt);
    await take(store);
    await clock.advance(OVERDUE);
    await take(other);
    await assertData(store, "models", capturedAt);
  });

  clause("commit() of an overdue claim that nobody has taken over is as good as any", async (bench) => {
    const { store, other, clock } = bench;
    const claim = await take(store);
    await clock.advance(OVERDUE);
    assertEquals(await store.commit(claim, encode("late"), clock.now()), "committed");
    await assertData(other, "late", clock.now());
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("fail() of an overdue claim that nobody has taken over is as good as any", async ({ store, other, clock }) => {
    const claim = await take(store);
    await clock.advance(OVERDUE);
    assertEquals(await store.fail(claim, { message: "too slow", retryAt: clock.now() + HOUR }), "done");
    const state = await stateOf(other, "cooling-down");
    assertEquals([state.lastError, state.attempts], ["too slow", 1]);
  });

  clause("a wall clock set back makes no claim overdue", async ({ store, other, clock }) => {
    await take(store);
    const before = await snapshot(other);
    clock.jump(-2_000);
    assertEquals(await snapshot(other), before);
    assertEquals((await other.claim(KEY, request())).kind, "refreshing");
    clock.jump(2_000);
  });
}

/** Owners whose death is seen at once. */
export function deadOwnerClauses(clause: AddClause): void {
  clause("state() is abandoned, owner gone, as soon as the owner is dead", async ({ store, other, fixture }) => {
    assert(fixture.spawnOwner, "the fixture cannot start a process");
    const owner = await fixture.spawnOwner();
    const claim = await take(store);
    assertEquals(await store.transfer(claim, owner.pid), "done");
    await stateOf(other, "refreshing");
    await owner.kill();
    const state = await stateOf(other, "abandoned");
    assertEquals([state.reason, state.token, state.owner.pid], ["owner-gone", claim.token, owner.pid]);
  });

  clause("claim() takes over at once from a dead owner, and supersedes what is done in its name", async (bench) => {
    const { store, other, clock, fixture } = bench;
    assert(fixture.spawnOwner, "the fixture cannot start a process");
    const owner = await fixture.spawnOwner();
    const lost = await take(store);
    await store.transfer(lost, owner.pid);
    assertEquals((await other.claim(KEY, request({ force: true }))).kind, "refreshing");
    await owner.kill();
    const answer = await other.claim(KEY, request());
    assert(answer.kind === "claimed", answer.kind);
    assertEquals([answer.recovered?.reason, answer.claim.attempts], ["owner-gone", 1]);
    assertEquals(await store.commit(lost, encode("late"), clock.now()), "superseded");
    assertEquals(await other.commit(answer.claim, encode("models"), clock.now()), "committed");
    await assertData(store, "models", clock.now());
  });

  clause("fail() holds back although the process that failed is dead", async ({ store, other, clock, fixture }) => {
    assert(fixture.spawnOwner, "the fixture cannot start a process");
    const owner = await fixture.spawnOwner();
    const claim = await take(store);
    await store.transfer(claim, owner.pid);
    await store.fail(claim, { message: "no network", retryAt: clock.now() + HOUR });
    await owner.kill();
    const state = await stateOf(other, "cooling-down");
    assertEquals(state.owner.pid, owner.pid);
    assertEquals((await other.claim(KEY, request())).kind, "cooling-down");
    await failOnce(other, clock.now() + HOUR);
    assertEquals((await stateOf(store, "cooling-down")).attempts, 2);
  });
}
