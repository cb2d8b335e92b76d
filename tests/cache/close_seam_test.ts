import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { describe, it } from "node:test";
import { CacheClosedError, LockTimeoutError } from "../../src/errors.ts";
import type { ClaimAnswer, LockOptions } from "../../src/store.ts";
import { encode, FORBIDDEN, HeldRefresher, KEY, quick, rejection, SOURCE, textOf, TIMEOUT_MS, until } from "./bench.ts";
import { cacheWith } from "./seam.ts";

const options = { timeout: TIMEOUT_MS };
const keepAlive = false;
const BROKEN = new Error("the medium is gone");
const { holder } = new LockTimeoutError("/models.lock", { pid: 7, liveness: "alive", since: 0 }, 100);
const locked = () => ({ kind: "locked", holder }) as const;

describe("a cache that is closed while a background claim is tried for", () => {
  it("gives the attempt up, without an error", options, async () => {
    const asked: LockOptions[] = [];
    const { cache, heard } = cacheWith(() => ({
      tryClaim: locked,
      claim: (_key, _request, lock = {}) => {
        asked.push(lock);
        return new Promise((_resolve, reject) => {
          lock.signal?.addEventListener("abort", () => reject(lock.signal?.reason));
        });
      },
    }), { keepAlive });
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    await cache.close();
    assertEquals(asked.map((lock) => lock.keepAlive), [false]);
    assertInstanceOf(asked[0]?.signal?.reason, CacheClosedError);
    assertEquals(heard.kinds(), ["absent"]);
  });

  it("gives back a claim that is granted all the same", options, async () => {
    let grant = () => {};
    const { cache, inner, heard } = cacheWith((store) => ({
      tryClaim: locked,
      claim: (key, request) =>
        new Promise<ClaimAnswer>((resolve) => grant = () => resolve(store.tryClaim(key, request))),
    }), { keepAlive });
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    const closing = cache.close();
    grant();
    await closing;
    assertEquals(heard.kinds(), ["absent"]);
    assertEquals((await inner.state(KEY)).kind, "idle");
  });

  it("by default lets it go on, and waits", options, async () => {
    const { cache, heard } = cacheWith(() => ({ tryClaim: locked }));
    cache.maybeRefresh(SOURCE, quick("one").refresh);
    await cache.close();
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
  });
});

describe("a cache that is closed on a store that cannot do everything at once", () => {
  it("claims nothing any more when what it was reading is stale", options, async () => {
    let answer = () => {};
    const { cache, inner, heard } = cacheWith(() => ({
      readSync: undefined,
      read: () => new Promise((resolve) => answer = () => resolve(undefined)),
    }), { keepAlive });
    cache.maybeRefresh(SOURCE, FORBIDDEN);
    const closing = cache.close();
    answer();
    await closing;
    assertEquals(heard.kinds(), ["absent"]);
    assertEquals((await inner.state(KEY)).kind, "idle");
  });
});

describe("a cache that is closed on a store that fails", () => {
  it("tells the listeners that a claim could not be given back, and is closed", options, async () => {
    const { cache, heard } = cacheWith(() => ({ release: () => Promise.reject(BROKEN) }), { keepAlive });
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    assertEquals(await cache.close(), undefined);
    assertStrictEquals(heard.first("error").error, BROKEN);
    assertEquals(heard.kinds(), ["absent", "claimed", "error", "aborted"]);
  });
});

describe("a cache that is closed on a store that is slow to give a claim back", () => {
  const slow = () => {
    let release = () => {};
    const made = cacheWith((store) => ({
      release: async (claim) => {
        await new Promise<void>((resolve) => release = resolve);
        return await store.release(claim);
      },
    }), { keepAlive });
    return { ...made, release: () => release() };
  };

  /** Whether closing waits until the claim is free. */
  async function assertWaits({ cache, inner, clock, release }: ReturnType<typeof slow>, held: HeldRefresher) {
    await held.begun();
    let closed = false;
    const closing = cache.close().then(() => closed = true);
    await clock.advance(1_000);
    assertEquals([closed, (await inner.state(KEY)).kind], [false, "refreshing"]);
    release();
    await closing;
    assertEquals((await inner.state(KEY)).kind, "idle");
  }

  it("waits for the claim of a refresh in the background", options, async () => {
    const made = slow();
    const held = new HeldRefresher();
    made.cache.maybeRefresh(SOURCE, held.refresh);
    await assertWaits(made, held);
  });

  it("waits for the claim of a refresh that a caller waited for", options, async () => {
    const made = slow();
    const held = new HeldRefresher();
    const refused = rejection(made.cache.refresh(SOURCE, held.refresh));
    await assertWaits(made, held);
    assertInstanceOf(await refused, CacheClosedError);
  });
});

describe("a cache that is closed while new data is committed", () => {
  it("lets the commit end, and waits for it", options, async () => {
    let commit = () => {};
    const { cache, heard } = cacheWith((store) => ({
      commit: async (...args) => {
        await new Promise<void>((resolve) => commit = resolve);
        return await store.commit(...args);
      },
    }), { keepAlive });
    let returned = false;
    cache.maybeRefresh(SOURCE, async () => {
      returned = true;
      return await Promise.resolve(encode("new"));
    });
    await until(() => returned);
    const closing = cache.close();
    commit();
    await closing;
    assertEquals(heard.kinds(), ["absent", "claimed", "refreshed"]);
    assertEquals(textOf(cache.readSync(SOURCE)), "new");
  });
});

describe("a report of progress on a store that fails", () => {
  it("tells the listeners, and the refresh goes on", options, async () => {
    const { cache, heard } = cacheWith(() => ({ report: () => Promise.reject(BROKEN) }));
    const entry = await cache.refresh(SOURCE, async ({ report }) => {
      report({ done: 1 });
      return await Promise.resolve("one");
    });
    assertEquals(textOf(entry), "one");
    assertStrictEquals(heard.first("error").error, BROKEN);
    assertEquals(heard.kinds(), ["claimed", "error", "refreshed"]);
  });

  it("is given up when the refresh has ended before it could be told", options, async () => {
    let signal: AbortSignal | undefined;
    const { cache, heard } = cacheWith(() => ({
      report: (_claim, _progress, lock = {}) => {
        signal = lock.signal;
        return new Promise((_resolve, reject) => {
          lock.signal?.addEventListener("abort", () => reject(lock.signal?.reason));
        });
      },
    }));
    await cache.refresh(SOURCE, async ({ report }) => {
      report({ done: 1 });
      return await Promise.resolve("one");
    });
    assertEquals(signal?.aborted, true);
    await until(() => heard.events.length === 2);
    assertEquals(heard.kinds(), ["claimed", "refreshed"]);
  });
});
