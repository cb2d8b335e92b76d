import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { explain } from "../../../src/explain.ts";
import type { Claim, Store } from "../../../src/store.ts";
import { type ManualClock, turn } from "../../support/manual_clock.ts";
import {
  type AddClause,
  assertData,
  assertTime,
  encode,
  failOnce,
  HOUR,
  KEY,
  OVERDUE,
  PATIENT,
  request,
  seed,
  SPAN,
  stateOf,
  take,
} from "./bench.ts";

/** Asks until the data is new enough, and refreshes when the claim is granted. Resolves to whether it was. */
async function refreshUnlessNewer(store: Store, clock: ManualClock, newerThan: number): Promise<boolean> {
  for (;;) {
    const answer = await store.claim(KEY, request({ newerThan, refreshDeadline: HOUR }), PATIENT);
    if (answer.kind === "adopted") return false;
    if (answer.kind === "claimed") {
      await turn();
      assertEquals(await store.commit(answer.claim, encode("models"), clock.now(), PATIENT), "committed");
      return true;
    }
    await clock.sleep(10);
  }
}

/** Who gets a claim, and who gets which other answer. */
export function claimClauses(clause: AddClause): void {
  clause("state() is idle, without failures, when there is nothing", async ({ store }) => {
    assertEquals(await store.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("claim() is granted when nobody holds one", async ({ store, clock }) => {
    const answer = await store.claim(KEY, request());
    assert(answer.kind === "claimed", answer.kind);
    assertEquals(answer.recovered, undefined);
    const { key, token, startedAt, deadline, attempts } = answer.claim;
    assertEquals({ ...key }, { ...KEY });
    assertMatch(token, /^[0-9a-f]{32}$/);
    assertTime(startedAt, clock.now(), "startedAt");
    assertTime(deadline, clock.now() + SPAN, "deadline");
    assertEquals(attempts, 0);
  });

  clause("claim() makes a new token every time", async ({ store }) => {
    const first = await take(store);
    await store.release(first);
    const second = await take(store);
    assertNotEquals(first.token, second.token);
  });

  clause("state() tells who refreshes, since when and until when", async ({ store, other, clock, fixture }) => {
    const claim = await take(store);
    const startedAt = clock.now();
    await clock.advance(1_000);
    const state = await stateOf(other, "refreshing");
    assertEquals(state.token, claim.token);
    assertEquals(state.owner.pid, fixture.pids.own);
    assertTime(state.startedAt, startedAt, "startedAt");
    assertTime(state.deadline, startedAt + SPAN, "deadline");
    assertEquals(state.attempts, 0);
    assertEquals(state.progress, undefined);
  });

  clause(
    "claim() answers with the refresh in flight when somebody holds the claim",
    async ({ store, other, clock }) => {
      const { token } = await take(store);
      await clock.advance(SPAN / 2);
      for (const asking of [store, other]) {
        const answer = await asking.claim(KEY, request());
        assertEquals(answer.kind, "refreshing");
        assertEquals<unknown>(answer, await other.state(KEY));
        assert(answer.kind === "refreshing" && answer.token === token);
      }
    },
  );

  clause("claim() with force does not get past somebody who refreshes", async ({ store, other }) => {
    await take(store);
    assertEquals((await other.claim(KEY, request({ force: true }))).kind, "refreshing");
  });

  clause(
    "claim() is granted again after commit, after fail once it has cooled down, and after release",
    async (bench) => {
      const { store, other, clock } = bench;
      await store.commit(await take(store), encode("models"), clock.now());
      await other.fail(await take(other), { message: "no network", retryAt: clock.now() + 1_000 });
      await clock.advance(1_000);
      await store.release(await take(store));
      await take(other);
    },
  );

  clause("claim() of one source is not in the way of another's", async ({ store, other }) => {
    await take(store);
    await take(other, {}, { tier: KEY.tier, name: "others" });
  });

  clause("claim() is granted to exactly one of 200 that ask at once", async ({ store, other, clock }) => {
    for (let round = 0; round < 3; round++) {
      const asking = Array.from({ length: 200 }, (_, index) => index % 2 === 0 ? store : other);
      const answers = await clock.advanceUntil(
        Promise.all(asking.map((each) => each.claim(KEY, request({ refreshDeadline: HOUR }), PATIENT))),
        60_000,
      );
      const claims: Claim[] = answers.flatMap((answer) => answer.kind === "claimed" ? [answer.claim] : []);
      assertEquals(claims.length, 1, "claims granted");
      const [claim] = claims;
      assert(claim);
      const tokens = answers.flatMap((answer) => answer.kind === "refreshing" ? [answer.token] : []);
      assertEquals(tokens, Array<string>(199).fill(claim.token));
      await store.release(claim);
    }
  });

  clause("claim() lets one of 40 callers refresh, and the others adopt what he committed", async (bench) => {
    const { store, other, clock } = bench;
    const newerThan = clock.now() - 1_000;
    const callers = Array.from({ length: 40 }, (_, index) => index % 2 === 0 ? store : other);
    const refreshed = await clock.advanceUntil(
      Promise.all(callers.map((caller) => refreshUnlessNewer(caller, clock, newerThan))),
      60_000,
    );
    assertEquals(refreshed.filter(Boolean).length, 1, "refreshes");
  });

  clause("claim() adopts data that was captured after newerThan", async ({ store, other, clock }) => {
    const capturedAt = clock.now() - 1_000;
    await seed(store, "models", capturedAt);
    const answer = await other.claim(KEY, request({ newerThan: capturedAt - 10 }));
    assert(answer.kind === "adopted", answer.kind);
    assertTime(answer.capturedAt, capturedAt, "capturedAt");
    await stateOf(store, "idle");
    await assertData(store, "models", capturedAt);
  });

  clause("claim() does not adopt data that was captured before newerThan", async ({ store, clock }) => {
    await seed(store, "models", clock.now() - 1_000);
    await take(store, { newerThan: clock.now() - 990 });
  });

  clause("claim() does not adopt the very data whose time its caller has read", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - 1_234);
    const newerThan = (await other.read(KEY))?.capturedAt;
    await take(other, { newerThan: newerThan ?? 0 });
  });

  clause("claim() with force adopts newer data, too", async ({ store, clock }) => {
    await seed(store, "models", clock.now());
    const answer = await store.claim(KEY, request({ newerThan: clock.now() - 1_000, force: true }));
    assertEquals(answer.kind, "adopted");
  });

  clause("claim() adopts data captured up to five seconds in the future", async ({ store, clock }) => {
    await seed(store, "models", clock.now() + 4_990);
    assertEquals((await store.claim(KEY, request({ newerThan: clock.now() }))).kind, "adopted");
  });

  clause("claim() never adopts data captured further in the future", async ({ store, clock }) => {
    await seed(store, "from tomorrow", clock.now() + 24 * HOUR);
    await store.release(await take(store, { newerThan: 0 }));
    await seed(store, "from soon", clock.now() + 5_010);
    await store.release(await take(store, { newerThan: 0 }));
    await clock.advance(1_000);
    assertEquals((await store.claim(KEY, request({ newerThan: 0 }))).kind, "adopted", "a second later it is no more");
  });

  clause("claim() is not granted when newer data is there, whoever refreshes or has failed", async (bench) => {
    const { store, other, clock } = bench;
    const newer = request({ newerThan: clock.now() - 1_000, force: true });
    await seed(store, "models", clock.now());
    await failOnce(store, clock.now() + HOUR);
    assertEquals((await other.claim(KEY, newer)).kind, "adopted");
    await take(store, { force: true });
    assertNotEquals((await other.claim(KEY, newer)).kind, "claimed");
  });

  clause(
    "claim() rejects with the signal's reason when that is aborted, and claims nothing",
    async ({ store, other }) => {
      const reason = new Error("changed my mind");
      const signal = AbortSignal.abort(reason);
      const thrown = await assertRejects(() => store.claim(KEY, request(), { signal }));
      assertEquals(thrown, reason);
      await stateOf(other, "idle");
      await take(other);
    },
  );

  clause("a claim is plain data: it works after a trip through JSON, with another store object", async (bench) => {
    const { store, other, clock } = bench;
    const claim: Claim = JSON.parse(JSON.stringify(await take(store)));
    assertEquals(await other.extend(claim, clock.now() + HOUR), "done");
    assertEquals(await other.commit(claim, encode("models"), clock.now()), "committed");
    await assertData(store, "models", clock.now());
  });
}

/** Who claims. */
export function selfClauses(clause: AddClause): void {
  clause("self is who every store object's claims and failures name", async ({ store, other, clock, fixture }) => {
    const { self } = store;
    assertEquals(self?.pid, fixture.pids.own);
    assertEquals(other.self, self);
    await take(store);
    assertEquals((await stateOf(other, "refreshing")).owner, self);
    await clock.advance(OVERDUE);
    assertEquals((await stateOf(other, "abandoned")).owner, self);
    await failOnce(other, clock.now() + HOUR);
    assertEquals((await stateOf(store, "cooling-down")).owner, self);
  });

  clause("self is another than a process that a claim was handed to, on the same host", async (bench) => {
    const { store, other, fixture } = bench;
    const claim = await take(store);
    await store.transfer(claim, fixture.pids.other);
    const { owner } = await stateOf(other, "refreshing");
    assertEquals([owner.pid, owner.host], [fixture.pids.other, store.self?.host]);
    assertNotEquals(owner, store.self);
    await other.transfer(claim);
    assertEquals((await stateOf(store, "refreshing")).owner, store.self);
  });

  clause(
    "explain() tells a claim of this process from one that was handed on",
    async ({ store, other, clock, fixture }) => {
      const ownerNow = async () => {
        const [state, data] = [await other.state(KEY), undefined];
        return explain({ source: KEY, data, state, now: clock.now(), self: other.self }).owner;
      };
      assertEquals(await ownerNow(), undefined);
      const claim = await take(store);
      assertEquals(await ownerNow(), "this-process");
      await store.transfer(claim, fixture.pids.other);
      assertEquals(await ownerNow(), "this-host");
    },
  );
}
