import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { InvalidValueError, NoDataError, RefreshFailedError, WaitTimeoutError } from "../../../src/errors.ts";
import type { GetOptions } from "../../../src/source/get_options.ts";
import { type AddClause, type Bench, KEY, seed, SOURCE, TTL } from "../bench.ts";

const NO_NETWORK = new Error("no network");
const HOUR = 3_600_000;

/** A source of old data whose refresher answers at once, or fails. */
async function aged({ cache, stranger, clock }: Bench, age: number, answer: string | Error) {
  await seed(stranger, '"old"', clock.now() - age);
  const refresh = () => answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  return cache.source<string>({ ...SOURCE, refresh });
}

/** Data that is older than its caller likes. */
export function howOldClauses(clause: AddClause): void {
  clause("within maxStale data is served as without it, whatever the mode", async (bench) => {
    for (const maxStale of [HOUR, "1h", "30d"]) {
      // Some runtimes know the times of files to the millisecond only, and others of what is set a hair more or less.
      const source = await aged(bench, TTL + HOUR - 2, NO_NETWORK);
      const entry = await source.getEntry({ refresh: "none", maxStale });
      assertEquals([entry.data, entry.origin], ["old", "stale"]);
      const failed = await source.getEntry({ refresh: "if-stale", maxStale });
      assertInstanceOf(failed.refreshError, RefreshFailedError);
      assertEquals((await source.getEntry({ maxStale })).data, "old");
      await bench.cache.drain();
    }
  });

  clause("beyond maxStale new data is waited for, whatever the mode", async (bench) => {
    for (const refresh of ["background", "if-stale", "force"] as const) {
      const source = await aged(bench, TTL + HOUR + 2, "new");
      const entry = await source.getEntry({ refresh, maxStale: "1h" });
      assertEquals([entry.data, entry.origin, entry.state], ["new", "refreshed", "fresh"]);
      await bench.clock.advance(1);
    }
  });

  clause("beyond maxStale get() rejects if the refresh fails, and at once while that cools down", async (bench) => {
    for (const refresh of ["background", "if-stale"] as const) {
      const source = await aged(bench, TTL + 2, NO_NETWORK);
      const error = await assertRejects(() => source.get({ refresh, maxStale: 0 }), RefreshFailedError);
      assertEquals([error.reason, error.attempts], ["no network", 1]);
      assertEquals((await source.read()).data, "old", "it is still there for those who take it");
      assertEquals(await source.get({ refresh }), "old");
      await bench.cache.drain();
    }
  });

  clause("beyond maxStale and maxWait there is nothing to serve", async (bench) => {
    await seed(bench.stranger, '"old"', bench.clock.now() - TTL - 2);
    const source = bench.cache.source<string>({ ...SOURCE, refresh: () => new Promise(() => {}) });
    const waiting = source.get({ maxStale: 0, maxWait: 0 });
    await assertRejects(() => waiting, WaitTimeoutError);
    await bench.clock.advance(10_000);
    await bench.cache.drain();
  });

  clause("beyond maxStale get() with none rejects with the age of what is there", async (bench) => {
    const source = await aged(bench, TTL + HOUR, "new");
    const error = await assertRejects(() => source.get({ refresh: "none", maxStale: "5m" }), NoDataError);
    assert(error.age !== undefined && Math.abs(error.age - TTL - HOUR) <= 1, `${error.age}`);
    await bench.cache.drain();
    assertEquals((await bench.stranger.state(KEY)).kind, "idle");
  });

  clause("maxStale is no matter for fresh data", async (bench) => {
    const source = await aged(bench, TTL - 2, NO_NETWORK);
    for (const refresh of ["background", "if-stale", "none"] as const) {
      assertEquals((await source.getEntry({ refresh, maxStale: 0 })).origin, "hit");
    }
  });

  clause("getEntry() if-stale says why there is nothing newer while a failure cools down", async (bench) => {
    const source = await aged(bench, TTL, NO_NETWORK);
    const first = await source.getEntry({ refresh: "if-stale" });
    const second = await source.getEntry({ refresh: "if-stale" });
    for (const { data, origin, state, age, refreshError } of [first, second]) {
      assertEquals([data, origin, state], ["old", "stale", "stale"]);
      assert(Math.abs(age - TTL) <= 1);
      assertInstanceOf(refreshError, RefreshFailedError);
      assertEquals([refreshError.reason, refreshError.attempts], ["no network", 1]);
    }
    assertStrictEquals((first.refreshError as RefreshFailedError).cause, NO_NETWORK);
    assertEquals(bench.heard.kinds(), ["stale", "claimed", "failed", "stale", "cooling-down"]);
  });

  clause("getEntry() if-stale tells the age of what is there after the wait", async (bench) => {
    const { cache, stranger, clock } = bench;
    await seed(stranger, '"old"', clock.now() - TTL);
    const refresh = async () => {
      await clock.advance(3_000);
      throw NO_NETWORK;
    };
    const { age } = await cache.source<string>({ ...SOURCE, refresh }).getEntry({ refresh: "if-stale" });
    assert(Math.abs(age - TTL - 3_000) <= 1, `${age}`);
  });

  clause("getEntry() in the background refreshes nothing while a failure cools down", async (bench) => {
    const source = await aged(bench, TTL, NO_NETWORK);
    for (let time = 0; time < 3; time++) {
      const { data, refreshError } = await source.getEntry();
      assertEquals([data, refreshError], ["old", undefined]);
      await bench.cache.drain();
    }
    const told = ["stale", "claimed", "failed", "stale", "cooling-down", "stale", "cooling-down"];
    assertEquals(bench.heard.kinds(), told);
  });

  clause("getEntry() from the future is stale, and within any maxStale", async (bench) => {
    await seed(bench.stranger, '"odd"', bench.clock.now() + HOUR);
    const source = bench.cache.source<string>({ ...SOURCE, refresh: () => Promise.resolve("new") });
    const { data, state, age } = await source.getEntry({ refresh: "none", maxStale: 0 });
    assertEquals([data, state, age], ["odd", "stale", 0]);
  });

  clause("options that cannot be used are refused, also where they would not be needed", async (bench) => {
    const wrong: readonly (readonly [Record<string, unknown>, string, string])[] = [
      [{ maxStale: "long" }, "INVALID_DURATION", "maxStale"],
      [{ maxStale: -1 }, "INVALID_DURATION", "maxStale"],
      [{ maxStale: null }, "INVALID_DURATION", "maxStale"],
      [{ maxWait: "soon" }, "INVALID_DURATION", "maxWait"],
      [{ maxWait: Number.NaN }, "INVALID_DURATION", "maxWait"],
      [{ refresh: "sometimes" }, "INVALID_OPTION", "refresh"],
    ];
    for (const age of [0, TTL]) {
      const source = await aged(bench, age, "new");
      for (const [options, code, what] of wrong) {
        for (const mode of ["background", "if-stale", "force", "none"]) {
          const given = { refresh: mode, ...options } as unknown as GetOptions;
          const error = await assertRejects(() => source.getEntry(given), InvalidValueError);
          assertEquals([error.code, error.what], [code, what]);
        }
      }
      await bench.cache.drain();
      assertEquals(bench.heard.events, [], "nothing has been touched");
    }
  });
}
