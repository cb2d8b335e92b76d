import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { InvalidOptionError, LockTimeoutError, WaitTimeoutError } from "../../src/errors.ts";
import {
  encode,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  refreshFailure,
  rejection,
  SOURCE,
  textOf,
  TIMEOUT_MS,
  TTL,
  until,
} from "./bench.ts";
import { cacheWith, type Verbs } from "./seam.ts";

const options = { timeout: TIMEOUT_MS };

const BROKEN = new Error("the medium is gone");
const broken = () => Promise.reject(BROKEN);
const held = new LockTimeoutError("/root/models.lock", { pid: 7, liveness: "alive", since: 0 }, 100);

/** Something to wait for. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open: () => open() };
}

describe("a cache on a store that cannot do everything at once", () => {
  const asynchronous = () => ({ readSync: undefined, tryClaim: undefined });

  it("readSync() throws, and says what to do instead", options, () => {
    const { cache } = cacheWith(asynchronous);
    assertThrows(() => cache.readSync(SOURCE), InvalidOptionError, "or use read()");
  });

  it("maybeRefresh() refreshes, off-turn", options, async () => {
    const { cache, heard } = cacheWith(asynchronous);
    cache.maybeRefresh(SOURCE, quick("one").refresh);
    assertEquals(heard.kinds(), []);
    await cache.drain();
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
    assertEquals(textOf(await cache.read(SOURCE)), "one");
  });

  it("maybeRefresh() does nothing when the data is fresh", options, async () => {
    const { cache, inner, clock, heard } = cacheWith(asynchronous);
    await inner.put(KEY, encode("old"), clock.now());
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertEquals(heard.kinds(), ["hit"]);
  });

  it("maybeRefresh() runs one refresher, however often it is called", options, async () => {
    const { cache } = cacheWith(asynchronous);
    const counter = quick("one");
    for (let time = 0; time < 20; time++) cache.maybeRefresh(SOURCE, counter.refresh);
    await cache.drain();
    assertEquals(counter.runs, 1);
  });
});

describe("a cache on a store whose lock is held", () => {
  const locked = () => ({ kind: "locked", holder: held.holder }) as const;

  it("maybeRefresh() tries again off-turn, and refreshes when the lock is free", options, async () => {
    const { cache, heard } = cacheWith(() => ({ tryClaim: locked }));
    cache.maybeRefresh(SOURCE, quick("one").refresh);
    assertEquals(heard.kinds(), ["absent"]);
    await cache.drain();
    assertEquals(heard.kinds(), ["claimed", "refreshed"]);
  });

  it("maybeRefresh() tells the listeners when the lock stays held", options, async () => {
    const { cache, heard } = cacheWith(() => ({ tryClaim: locked, claim: () => Promise.reject(held) }));
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.drain();
    assertStrictEquals(heard.first("error").error, held);
    assertEquals(heard.kinds(), ["absent", "error"]);
  });

  it("refresh() tries for all of its deadline, with its signal, then rejects", options, async () => {
    const asked: unknown[] = [];
    const { cache } = cacheWith(() => ({
      claim: (_key, _request, lock) => {
        asked.push(lock);
        return Promise.reject(held);
      },
    }));
    const { signal } = new AbortController();
    assertStrictEquals(await rejection(cache.refresh(SOURCE, FORBIDDEN, { signal })), held);
    assertEquals(asked, [{ lockTimeout: 10_000, signal }]);
  });
});

describe("a cache on a store that fails", () => {
  it("every call that waits rejects with what the store throws", options, async () => {
    const { cache, heard } = cacheWith(() => ({ read: broken, claim: broken, state: broken, prune: broken }));
    assertStrictEquals(await rejection(cache.read(SOURCE)), BROKEN);
    assertStrictEquals(await rejection(cache.refresh(SOURCE, FORBIDDEN)), BROKEN);
    assertStrictEquals(await rejection(cache.refreshIfStale(SOURCE, FORBIDDEN)), BROKEN);
    assertStrictEquals(await rejection(cache.refreshState(SOURCE)), BROKEN);
    assertStrictEquals(await rejection(cache.prune([SOURCE])), BROKEN);
    assertEquals(heard.events, []);
  });

  it("maybeRefresh() throws nothing and tells the listeners, whichever verb fails", options, async () => {
    const throwing = () => {
      throw BROKEN;
    };
    const failures: Verbs[] = [
      { readSync: throwing },
      { tryClaim: throwing },
      { readSync: undefined, read: broken },
      { tryClaim: undefined, claim: broken },
    ];
    for (const verbs of failures) {
      const { cache, heard } = cacheWith(() => verbs);
      cache.maybeRefresh(SOURCE, FORBIDDEN);
      await cache.drain();
      assertStrictEquals(heard.first("error").error, BROKEN);
      assertEquals(heard.kinds().filter((kind) => kind !== "absent"), ["error"]);
    }
  });

  it("refresh() commits bytes that its refresher can no longer change", options, async () => {
    const bytes = encode("one");
    const { cache } = cacheWith((store) => ({
      commit: (...args) => {
        bytes.fill(0);
        return store.commit(...args);
      },
    }));
    assertEquals(textOf(await cache.refresh(SOURCE, quick(bytes).refresh)), "one");
    assertEquals(textOf(await cache.read(SOURCE)), "one");
  });

  it("refresh() records a commit that failed, as a failed refresh", options, async () => {
    const { cache, inner, heard } = cacheWith(() => ({ commit: broken }));
    const error = await refreshFailure(cache.refresh(SOURCE, quick("one").refresh));
    assertStrictEquals(error.cause, BROKEN);
    assertEquals(heard.kinds(), ["claimed", "failed"]);
    const state = await inner.state(KEY);
    assertEquals(state.kind === "cooling-down" && state.lastError, BROKEN.message);
  });

  it(
    "refresh() rejects with the refresher's failure when that cannot be recorded, and tells of both",
    options,
    async () => {
      const { cache, heard } = cacheWith(() => ({ fail: broken }));
      const cause = new Error("no network");
      const error = await refreshFailure(cache.refresh(SOURCE, () => Promise.reject(cause)));
      assertStrictEquals(error.cause, cause);
      assertStrictEquals(heard.first("error").error, BROKEN);
      assertEquals(heard.kinds(), ["claimed", "error", "failed"]);
    },
  );

  it("a refresh that is given up tells the listeners when its claim cannot be given back", options, async () => {
    const { cache, heard } = cacheWith(() => ({ release: broken }));
    const refresher = new HeldRefresher();
    const controller = new AbortController();
    const leaving = rejection(cache.refresh(SOURCE, refresher.refresh, { signal: controller.signal }));
    await refresher.begun();
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    await until(() => heard.events.length === 3);
    assertEquals(heard.kinds(), ["claimed", "error", "aborted"]);
  });

  it("refreshIfStale() asks again when what it should adopt has gone meanwhile", options, async () => {
    let reads = 0;
    const { cache, inner, clock, heard } = cacheWith((store) => ({
      read: (key) => ++reads <= 2 ? Promise.resolve(undefined) : store.read(key),
    }));
    await inner.put(KEY, encode("there"), clock.now() - TTL + 1_000);
    const entry = await cache.refreshIfStale(SOURCE, FORBIDDEN);
    assertEquals([textOf(entry), entry.origin], ["there", "joined"]);
    assertEquals(heard.kinds(), ["absent", "adopted"]);
    assertInstanceOf(entry.data, Uint8Array);
  });
});

describe("a cache that waits for a process that ends right after its refresh", () => {
  it(
    "refreshIfStale() gets the failure when that process is judged before its last word is read",
    options,
    async () => {
      let looks = 0;
      const { cache, inner, clock, heard } = cacheWith((store) => ({
        state: async (key) => {
          const state = await store.state(key);
          // The first look reads the marker, then finds its owner gone; by the second, the failure is there to be seen.
          if (looks++ > 0 || state.kind !== "refreshing") return state;
          const { progress: _progress, ...facts } = state;
          return { ...facts, kind: "abandoned", reason: "owner-gone" };
        },
      }));
      const answer = inner.tryClaim(KEY, { refreshDeadline: 60_000, newerThan: 0, force: false });
      if (answer.kind !== "claimed") throw new Error(`not claimed: ${answer.kind}`);
      const failed = refreshFailure(cache.refreshIfStale(SOURCE, FORBIDDEN));
      await until(() => looks > 0);
      await inner.fail(answer.claim, { message: "503", retryAt: clock.now() + 60_000 });
      await clock.advance(100);
      assertEquals((await failed).reason, "503");
      assertEquals(heard.kinds(), ["absent", "waiting", "failed"]);
    },
  );
});

describe("a cache that waits for a process, and is stopped while it looks", () => {
  it("waits on when the deadline was put off between the look and the judgement", options, async () => {
    let looks = 0;
    const { cache, inner, clock, heard } = cacheWith((store) => ({
      state: async (key) => {
        const state = await store.state(key);
        if (looks++ > 0) return state;
        await store.extend(claim, clock.now() + 60_000);
        clock.jump(30_000);
        return state;
      },
    }));
    const answer = inner.tryClaim(KEY, { refreshDeadline: 10_000, newerThan: 0, force: false });
    if (answer.kind !== "claimed") throw new Error(`not claimed: ${answer.kind}`);
    const { claim } = answer;
    const waiting = cache.refreshIfStale(SOURCE, FORBIDDEN);
    await until(() => looks > 0);
    await inner.commit(claim, encode("late"), clock.now());
    assertEquals(textOf(await clock.advanceUntil(waiting)), "late");
    assertEquals(heard.kinds(), ["absent", "waiting", "adopted"]);
  });
});

describe("a cache on a store that takes its time to answer", () => {
  it("a caller whose time is over while the claim is asked for leaves a refresh behind", options, async () => {
    const claiming = gate();
    const { cache, clock, heard } = cacheWith((store) => ({
      claim: async (...asked) => {
        const answer = await store.claim(...asked);
        await claiming.opened;
        return answer;
      },
    }));
    const held = new HeldRefresher();
    const left = rejection(cache.refresh(SOURCE, held.refresh, { maxWait: 1_000 }));
    await clock.advance(1_000);
    claiming.open();
    await held.begun();
    assertInstanceOf(await left, WaitTimeoutError);
    held.finish("late");
    await cache.drain();
    assertEquals(heard.kinds(), ["timeout", "claimed", "refreshed"]);
    assertEquals([textOf(await cache.read(SOURCE)), clock.sleeping], ["late", 0]);
  });
});
