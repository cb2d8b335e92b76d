import { assertEquals, assertRejects } from "@std/assert";
import type { ChangeFeed, Claim, Store } from "../../../src/store.ts";
import { type ManualClock, turn } from "../../support/manual_clock.ts";
import { type AddClause, type Bench, encode, HOUR, KEY, seed, take } from "./bench.ts";

/** How many real milliseconds a feed has to be silent to count as at rest: longer than a watch's echo takes. */
const REST_MS = 25;

/** What changes a source, given the claim that another store object holds. */
const CHANGES: readonly (readonly [string, (store: Store, claim: Claim, now: number) => Promise<unknown>])[] = [
  ["commit()", (store, claim, now) => store.commit(claim, encode("new"), now)],
  ['commit() of "not-modified"', (store, claim, now) => store.commit(claim, "not-modified", now)],
  ["fail()", (store, claim, now) => store.fail(claim, { message: "no network", retryAt: now + HOUR })],
  ["release()", (store, claim) => store.release(claim)],
  ["report()", (store, claim) => store.report(claim, { done: 1 })],
  ["extend()", (store, claim, now) => store.extend(claim, now + HOUR)],
  ["transfer()", (store, claim) => store.transfer(claim)],
  ["put()", (store, _claim, now) => store.put(KEY, encode("put"), now)],
  ["expire()", (store) => store.expire(KEY, 0)],
  ["remove()", (store) => store.remove(KEY)],
];

function realTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Takes from a feed whatever it still has to say, until it sleeps. A feed that never does fails the clause. */
async function quieten(feed: ChangeFeed): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const stop = new AbortController();
    const woken = feed.next(HOUR, stop.signal).then(() => true, () => false);
    await realTime(REST_MS);
    stop.abort();
    if (!await woken) return;
  }
  throw new Error("the feed wakes its reader again and again although nothing changes");
}

/** Waits, in real time and the clock's, until a change arrives; long before the hour that it may take at most. */
async function arrives(clock: ManualClock, waiting: Promise<void>): Promise<void> {
  let arrived = false;
  const mark = () => {
    arrived = true;
  };
  waiting.then(mark, mark);
  for (let round = 0; round < 2_000 && !arrived; round++) {
    await realTime(round < 10 ? 1 : 10);
    // A feed that polls needs the clock to go on, one that watches does not.
    if (!arrived && round % 10 === 9 && clock.monotonic() < HOUR / 2) await clock.advance(250);
  }
  if (!arrived) throw new Error("the change never arrived");
  await waiting;
}

/** Opens a feed on data that somebody refreshes, and waits until the feed sleeps. */
async function openFeed({ store, other, clock }: Bench): Promise<{ feed: ChangeFeed; claim: Claim }> {
  await seed(store, "old", clock.now() - HOUR);
  const claim = await take(other, { refreshDeadline: HOUR });
  const feed = store.changed(KEY);
  await quieten(feed);
  return { feed, claim };
}

/** Feeds: woken by every change, whoever makes it, and none is missed. */
export function feedClauses(clause: AddClause): void {
  for (const [name, change] of CHANGES) {
    clause(`next() is woken by ${name} of another store object`, async (bench) => {
      const { other, clock } = bench;
      const { feed, claim } = await openFeed(bench);
      const waiting = feed.next(HOUR);
      await turn();
      await change(other, claim, clock.now());
      await arrives(clock, waiting);
      feed.close();
    });
  }

  clause("next() is woken by claim() of another store object", async ({ store, other, clock }) => {
    await seed(store, "old", clock.now() - HOUR);
    const feed = store.changed(KEY);
    await quieten(feed);
    const waiting = feed.next(HOUR);
    await take(other);
    await arrives(clock, waiting);
    feed.close();
  });

  clause("next() is woken by the first data of a source that was not there when the feed was opened", async (bench) => {
    const { store, other, clock } = bench;
    const feed = store.changed({ tier: "another", name: "first" });
    await quieten(feed);
    const waiting = feed.next(HOUR);
    await other.put({ tier: "another", name: "first" }, encode("first"), clock.now());
    await arrives(clock, waiting);
    feed.close();
  });

  clause("next() remembers a change from between the opening and the first call", async (bench) => {
    const { store, other, clock } = bench;
    await seed(store, "old", clock.now() - HOUR);
    const warm = store.changed(KEY);
    await quieten(warm);
    const feed = store.changed(KEY);
    await other.put(KEY, encode("new"), clock.now());
    await realTime(REST_MS);
    await arrives(clock, feed.next(HOUR));
    feed.close();
    warm.close();
  });

  clause("next() remembers a change from between two calls", async (bench) => {
    const { other, clock } = bench;
    const { feed } = await openFeed(bench);
    for (let round = 0; round < 3; round++) {
      await other.put(KEY, encode(`new ${round}`), clock.now());
      await realTime(REST_MS);
      await arrives(clock, feed.next(HOUR));
      await quieten(feed);
    }
    feed.close();
  });

  clause("next() sleeps again once it has told of a change", async (bench) => {
    const { other, clock } = bench;
    const { feed } = await openFeed(bench);
    await other.put(KEY, encode("new"), clock.now());
    await arrives(clock, feed.next(HOUR));
    await quieten(feed);
    feed.close();
  });

  clause("next() wakes every feed of every store object", async (bench) => {
    const { store, other, clock } = bench;
    const { feed } = await openFeed(bench);
    const feeds = [feed, store.changed(KEY), other.changed(KEY), other.changed(KEY)];
    for (const each of feeds) await quieten(each);
    const waiting = Promise.all(feeds.map((each) => each.next(HOUR)));
    await other.put(KEY, encode("new"), clock.now());
    await arrives(clock, waiting.then(() => {}));
    for (const each of feeds) each.close();
  });

  clause("next() comes back after its longest wait when nothing changes", async (bench) => {
    const { clock } = bench;
    const { feed } = await openFeed(bench);
    await clock.advanceUntil(feed.next(1_000), 1_100, 50);
    await clock.advanceUntil(feed.next(0), 100);
    feed.close();
  });

  clause("next() rejects with the signal's reason when that is aborted while it waits", async (bench) => {
    const { feed } = await openFeed(bench);
    const reason = new Error("changed my mind");
    const stop = new AbortController();
    const waiting = feed.next(HOUR, stop.signal);
    const rejected = assertRejects(() => waiting);
    await turn();
    stop.abort(reason);
    assertEquals(await rejected, reason);
    feed.close();
  });

  clause("next() rejects with the signal's reason when that is aborted before", async (bench) => {
    const { feed } = await openFeed(bench);
    const reason = new Error("changed my mind");
    assertEquals(await assertRejects(() => feed.next(HOUR, AbortSignal.abort(reason))), reason);
    feed.close();
  });

  clause("next() that was aborted has told of nothing: the change is still remembered", async (bench) => {
    const { other, clock } = bench;
    const { feed } = await openFeed(bench);
    await other.put(KEY, encode("new"), clock.now());
    await realTime(REST_MS);
    await assertRejects(() => feed.next(HOUR, AbortSignal.abort(new Error("changed my mind"))));
    await arrives(clock, feed.next(HOUR));
    feed.close();
  });

  clause("close() lets who waits come back, at the latest after his longest wait", async (bench) => {
    const { clock } = bench;
    const { feed } = await openFeed(bench);
    const waiting = feed.next(1_000);
    await turn();
    feed.close();
    await clock.advanceUntil(waiting, 1_100, 50);
  });

  clause("close() of one feed leaves the others awake, and may be called again", async (bench) => {
    const { store, other, clock } = bench;
    const { feed } = await openFeed(bench);
    const closed = store.changed(KEY);
    closed.close();
    closed.close();
    const waiting = feed.next(HOUR);
    await other.put(KEY, encode("new"), clock.now());
    await arrives(clock, waiting);
    feed.close();
  });
}
