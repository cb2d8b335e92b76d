import { assert, assertEquals } from "@std/assert";
import { type AddClause, assertData, assertTime, encode, failOnce, HOUR, KEY, OVERDUE, request } from "./bench.ts";
import { seed, snapshot, SPAN, stateOf, take } from "./bench.ts";

/** Texts that a careless store would change, or take for no failure at all. */
const MESSAGES = [
  'dial tcp: <connection> & "refused"',
  "two\nlines\tand a tab",
  "não há rede \u2028 \u{1f4e1}",
  "undefined",
  "null",
];

/** Failures, and how they hold back the next refresh. */
export function failureClauses(clause: AddClause): void {
  clause("fail() keeps the data and its time", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - HOUR);
    await failOnce(store, clock.now() + 1_000);
    await assertData(other, "models", clock.now() - HOUR);
  });

  clause("state() tells everybody who failed, when, why, how often, and until when it cools down", async (bench) => {
    const { store, other, clock, fixture } = bench;
    const claim = await take(store);
    await clock.advance(2_000);
    const retryAt = clock.now() + 60_000;
    assertEquals(await store.fail(claim, { message: "no network", retryAt }), "done");
    const failedAt = clock.now();
    await clock.advance(1_000);
    const state = await stateOf(other, "cooling-down");
    assertEquals([state.token, state.owner.pid], [claim.token, fixture.pids.own]);
    assertEquals([state.lastError, state.attempts], ["no network", 1]);
    assertTime(state.startedAt, failedAt, "startedAt");
    assertTime(state.retryAt, retryAt, "retryAt");
  });

  for (const message of MESSAGES) {
    clause(`fail() passes on ${JSON.stringify(message)} as it is`, async ({ store, other, clock }) => {
      await failOnce(store, clock.now() + HOUR, message);
      assertEquals((await stateOf(other, "cooling-down")).lastError, message);
    });
  }

  clause("fail() with an empty message is a failure all the same", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR, "");
    assertEquals((await stateOf(other, "cooling-down")).attempts, 1);
  });

  clause("claim() answers with the failure until retryAt", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + 60_000);
    await clock.advance(59_999);
    const answer = await other.claim(KEY, request());
    assertEquals(answer.kind, "cooling-down");
    assertEquals<unknown>(answer, await store.state(KEY));
  });

  clause("claim() is granted from retryAt on, and carries the attempts", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + 60_000);
    await clock.advance(60_000);
    const answer = await other.claim(KEY, request());
    assert(answer.kind === "claimed", answer.kind);
    assertEquals(answer.claim.attempts, 1);
    assertEquals(answer.recovered, undefined, "a failure is not an abandoned claim");
    assertEquals((await stateOf(store, "refreshing")).attempts, 1);
  });

  clause("claim() with force does not wait for retryAt, and carries the attempts", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR);
    assertEquals((await take(other, { force: true })).attempts, 1);
    assertEquals((await stateOf(store, "refreshing")).attempts, 1);
  });

  clause("state() is idle from retryAt on, and remembers the failure", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + 60_000, "no network");
    await clock.advance(60_000);
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 1, lastError: "no network" });
  });

  clause("fail() with a retryAt that is not in the future holds nobody back", async ({ store, other, clock }) => {
    await failOnce(store, clock.now(), "no network");
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 1, lastError: "no network" });
    await failOnce(store, clock.now() - HOUR, "no network");
    assertEquals((await take(other)).attempts, 2);
  });

  clause("fail() holds back for as long as it is told: 20 hours", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + 20 * HOUR);
    await clock.advance(20 * HOUR - 1);
    assertEquals((await other.claim(KEY, request())).kind, "cooling-down");
  });

  clause("fail() holds back although its claim's deadline has long passed", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR);
    await clock.advance(OVERDUE);
    assertEquals((await other.claim(KEY, request())).kind, "cooling-down");
  });

  clause("fail() counts the attempts up over claims of everybody", async ({ store, other, clock }) => {
    for (let attempts = 1; attempts <= 5; attempts++) {
      const [failing, looking] = attempts % 2 === 0 ? [store, other] : [other, store];
      await failOnce(failing, clock.now() + SPAN, `failure ${attempts}`);
      const state = await stateOf(looking, "cooling-down");
      assertEquals([state.attempts, state.lastError], [attempts, `failure ${attempts}`]);
    }
  });

  clause("fail() counts a claim that was abandoned as one attempt", async ({ store, other, clock }) => {
    await failOnce(store, clock.now());
    await take(store);
    await clock.advance(OVERDUE);
    const claim = await take(other);
    assertEquals(claim.attempts, 2);
    await other.fail(claim, { message: "no network", retryAt: clock.now() + SPAN });
    assertEquals((await stateOf(store, "cooling-down")).attempts, 3);
  });

  clause("commit() clears the failures", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR);
    await failOnce(store, clock.now() + HOUR);
    await store.commit(await take(store, { force: true }), encode("models"), clock.now());
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
    const claim = await take(other);
    assertEquals(claim.attempts, 0);
    await other.release(claim);
    assertEquals((await stateOf(store, "idle")).attempts, 0);
  });

  clause('commit() of "not-modified" clears the failures', async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - HOUR);
    await failOnce(store, clock.now() + HOUR);
    await store.commit(await take(store, { force: true }), "not-modified", clock.now());
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("expire() does not forget a failure", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now());
    await failOnce(store, clock.now() + HOUR);
    const before = await stateOf(other, "cooling-down");
    await store.expire(KEY, 0);
    assertEquals(await other.state(KEY), before);
  });

  clause("put() does not forget a failure: it is no refresh that succeeded", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR);
    const before = await stateOf(other, "cooling-down");
    await store.put(KEY, encode("models"), clock.now());
    assertEquals(await other.state(KEY), before);
  });

  clause("remove() forgets a failure", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR);
    assertEquals(await store.remove(KEY), true);
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
    assertEquals((await take(other)).attempts, 0);
  });

  clause("a failure of one source holds back no other", async ({ store, other, clock }) => {
    await failOnce(store, clock.now() + HOUR);
    const before = await snapshot(store);
    await take(other, {}, { tier: KEY.tier, name: "others" });
    assertEquals(await snapshot(store), before);
  });
}
