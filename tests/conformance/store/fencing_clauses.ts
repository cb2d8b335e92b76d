import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Claim, Store } from "../../../src/store.ts";
import { type AddClause, assertData, type Bench, collect, decode, encode, failOnce, HOUR, KEY } from "./bench.ts";
import { OVERDUE, PATIENT, request, seed, snapshot, SPAN, stateOf, take } from "./bench.ts";

/** What somebody might still try with a claim. */
const VERBS: readonly (readonly [string, (store: Store, claim: Claim, now: number) => Promise<string>])[] = [
  ["commit()", (store, claim, now) => store.commit(claim, encode("late"), now)],
  ['commit() of "not-modified"', (store, claim, now) => store.commit(claim, "not-modified", now)],
  ["fail()", (store, claim, now) => store.fail(claim, { message: "late", retryAt: now + HOUR })],
  ["release()", (store, claim) => store.release(claim)],
  ["report()", (store, claim) => store.report(claim, { message: "late" })],
  ["extend()", (store, claim, now) => store.extend(claim, now + HOUR)],
  ["transfer()", (store, claim) => store.transfer(claim)],
];

/** How a claim ends, or is lost. */
const ENDINGS: readonly (readonly [string, (bench: Bench, claim: Claim) => Promise<unknown>])[] = [
  ["commit()", ({ store, clock }, claim) => store.commit(claim, encode("new"), clock.now())],
  ["fail()", ({ store, clock }, claim) => store.fail(claim, { message: "no network", retryAt: clock.now() + SPAN })],
  ["release()", ({ store }, claim) => store.release(claim)],
  ["put()", ({ other, clock }) => other.put(KEY, encode("put"), clock.now())],
  ["expire()", ({ other }) => other.expire(KEY, 0)],
  ["remove()", ({ other }) => other.remove(KEY)],
  ["remove() and put()", async ({ other, clock }) => {
    await other.remove(KEY);
    await other.put(KEY, encode("put"), clock.now());
  }],
  ["an overdue claim is taken over", async ({ other, clock }) => {
    await clock.advance(OVERDUE);
    await take(other);
  }],
  ["the one who took over has committed", async ({ other, clock }) => {
    await clock.advance(OVERDUE);
    await seed(other, "taken over", clock.now());
  }],
];

/** A token that was never given out. */
const FORGED = "0123456789abcdef0123456789abcdef";

/** A claim that has ended changes nothing any more; and what ends one. */
export function fencingClauses(clause: AddClause): void {
  for (const [ending, end] of ENDINGS) {
    for (const [verb, attempt] of VERBS) {
      clause(`${verb} is "superseded" and changes nothing after ${ending}`, async (bench) => {
        const { store, other, clock } = bench;
        await seed(store, "old", clock.now() - HOUR);
        const lost = await take(store);
        await end(bench, lost);
        const before = await snapshot(other);
        assertEquals(await attempt(store, lost, clock.now()), "superseded");
        assertEquals(await snapshot(other), before);
        if ((await other.state(KEY)).kind === "refreshing") return;

        const current = await take(other, { force: true });
        const during = await snapshot(other);
        assertEquals(await attempt(store, lost, clock.now()), "superseded");
        assertEquals(await snapshot(other), during);
        assertEquals(await other.commit(current, encode("current"), clock.now()), "committed");
      });
    }
  }

  for (const [verb, attempt] of VERBS) {
    clause(`${verb} is "superseded" and changes nothing with a token that was never given out`, async (bench) => {
      const { store, other, clock } = bench;
      const forged = { key: KEY, token: FORGED, startedAt: clock.now(), deadline: clock.now() + SPAN, attempts: 0 };
      assertEquals(await attempt(store, forged, clock.now()), "superseded");
      assertEquals(await collect(other.list()), []);
      await seed(store, "old", clock.now());
      await take(store);
      const before = await snapshot(other);
      assertEquals(await attempt(store, forged, clock.now()), "superseded");
      assertEquals(await snapshot(other), before);
    });
  }

  clause("a claim that was superseded leaves nothing of its bytes behind", async ({ store, other, clock }) => {
    const lost = await take(store);
    await other.remove(KEY);
    assertEquals(await store.commit(lost, encode("late"), clock.now()), "superseded");
    assertEquals(await collect(other.list()), []);
    assertEquals((await other.prune({ keep: () => true })).litter, []);
  });

  clause("put() makes the bytes the data without any claim", async ({ store, other, clock }) => {
    await store.put(KEY, encode("put"), clock.now() - 1_000);
    await assertData(other, "put", clock.now() - 1_000);
    assertEquals(await other.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("put() replaces newer data, too", async ({ store, other, clock }) => {
    await seed(store, "new", clock.now());
    await other.put(KEY, encode("older"), clock.now() - HOUR);
    await assertData(store, "older", clock.now() - HOUR);
  });

  clause("put() ends the refresh in flight", async ({ store, other, clock }) => {
    await take(store);
    await other.put(KEY, encode("put"), clock.now());
    await stateOf(store, "idle");
    await take(other);
  });

  clause("expire() makes newer data older and keeps the bytes", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now());
    assertEquals(await store.expire(KEY, clock.now() - HOUR), true);
    await assertData(other, "models", clock.now() - HOUR);
  });

  clause("expire() can go back to the epoch", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now());
    assertEquals(await store.expire(KEY, 0), true);
    await assertData(other, "models", 0);
  });

  clause("expire() does not make older data newer", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now() - HOUR);
    assertEquals(await store.expire(KEY, clock.now()), true);
    await assertData(other, "models", clock.now() - HOUR);
  });

  clause("expire() is false when there is no data, and makes none", async ({ store, other, clock }) => {
    assertEquals(await store.expire(KEY, clock.now()), false);
    assertEquals(await other.read(KEY), undefined);
    assertEquals(await collect(other.list()), []);
  });

  clause("expire() ends the refresh in flight, even when the data is old enough or missing", async (bench) => {
    const { store, other, clock } = bench;
    await take(store);
    assertEquals(await other.expire(KEY, clock.now()), false);
    await stateOf(store, "idle");
    await seed(store, "models", clock.now() - HOUR);
    await take(store);
    assertEquals(await other.expire(KEY, clock.now()), true);
    await stateOf(store, "idle");
    await take(other);
  });

  clause("remove() removes the data", async ({ store, other, clock }) => {
    await seed(store, "models", clock.now());
    assertEquals(await store.remove(KEY), true);
    assertEquals(await other.read(KEY), undefined);
    assertEquals(await collect(other.list()), []);
  });

  clause("remove() removes a claim", async ({ store, other }) => {
    await take(store);
    assertEquals(await other.remove(KEY), true);
    assertEquals(await collect(store.list()), []);
    await take(other);
  });

  clause("remove() is false when there was nothing", async ({ store, clock }) => {
    assertEquals(await store.remove(KEY), false);
    await seed(store, "models", clock.now());
    await store.remove(KEY);
    assertEquals(await store.remove(KEY), false);
  });

  clause("remove() leaves other sources alone", async ({ store, other, clock }) => {
    const neighbours = ["model", "models2", "models.json"].map((name) => ({ tier: KEY.tier, name }));
    for (const key of [...neighbours, KEY]) await seed(store, key.name, clock.now(), key);
    await store.remove(KEY);
    for (const key of neighbours) await assertData(other, key.name, clock.now(), key);
  });

  clause("put(), expire() and remove() reject when their signal is aborted, and change nothing", async (bench) => {
    const { store, other, clock } = bench;
    await seed(store, "old", clock.now());
    await take(store);
    const before = await snapshot(other);
    const reason = new Error("changed my mind");
    const options = { signal: AbortSignal.abort(reason) };
    assertEquals(await assertRejects(() => other.put(KEY, encode("put"), clock.now(), options)), reason);
    assertEquals(await assertRejects(() => other.expire(KEY, 0, options)), reason);
    assertEquals(await assertRejects(() => other.remove(KEY, options)), reason);
    assertEquals(await snapshot(other), before);
  });

  clause("put(), expire(), remove() and refreshes at once leave whole data and no claim", async (bench) => {
    const { store, other, clock } = bench;
    const refresh = async (each: Store, text: string) => {
      const answer = await each.claim(KEY, request({ refreshDeadline: HOUR }), PATIENT);
      if (answer.kind !== "claimed") return answer.kind;
      return await each.commit(answer.claim, encode(text.repeat(50)), clock.now(), PATIENT);
    };
    const work = Array.from({ length: 20 }, (_, index) => {
      const each = index % 2 === 0 ? store : other;
      const text = `${String.fromCharCode(97 + index)}`;
      if (index % 5 === 1) return each.put(KEY, encode(text.repeat(50)), clock.now(), PATIENT);
      if (index % 5 === 2) return each.expire(KEY, clock.now() - HOUR, PATIENT);
      if (index % 10 === 3) return each.remove(KEY, PATIENT);
      return refresh(each, text);
    });
    await clock.advanceUntil(
      Promise.all([...work, other.put(KEY, encode("z".repeat(50)), clock.now(), PATIENT)]),
      60_000,
    );
    const text = decode(await store.read(KEY));
    assert(text === undefined || (text.length === 50 && text === text.charAt(0).repeat(50)), `torn: ${text}`);
    await stateOf(other, "idle");
    await failOnce(other, clock.now());
    assertEquals((await stateOf(store, "idle")).attempts, 1);
  });
}
