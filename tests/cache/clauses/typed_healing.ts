import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { CorruptDataError, NoDataError, RefreshFailedError } from "../../../src/errors.ts";
import { type AddClause, KEY, seed, SOURCE, TTL } from "../bench.ts";

/** Bytes that are no JSON: torn, empty, no text at all, or with a byte-order mark of another coding. */
const CORRUPT: readonly Uint8Array[] = [
  new TextEncoder().encode('["on'),
  new Uint8Array(),
  Uint8Array.of(0xff, 0xfe, 0x22, 0x00),
  Uint8Array.of(0x22, 0xc3, 0x22),
];

/** What is there and cannot be decoded. */
export function healingClauses(clause: AddClause): void {
  clause(
    "get() refreshes fresh data that cannot be decoded, and says so",
    async ({ cache, stranger, clock, heard }) => {
      for (const [index, bytes] of CORRUPT.entries()) {
        await clock.advance(1);
        await stranger.put(KEY, bytes, clock.now());
        await clock.advance(1);
        const source = cache.source<string[]>({ ...SOURCE, refresh: () => Promise.resolve([`healed ${index}`]) });
        const entry = await source.getEntry();
        assertEquals([entry.data, entry.origin], [[`healed ${index}`], "refreshed"]);
        const { error, source: key } = heard.first("corrupt");
        assertEquals(key, KEY);
        assertInstanceOf(error, CorruptDataError);
        assertInstanceOf(error.cause, Error);
        assertEquals([error.code, error.source], ["CORRUPT_DATA", "discovery/models"]);
        assertEquals(heard.kinds().filter((kind) => kind === "refreshed"), ["refreshed"]);
        assertEquals((await source.getEntry()).origin, "hit", "healed for good");
        heard.kinds();
      }
    },
  );

  clause("get() refreshes stale data that cannot be decoded, too", async ({ cache, stranger, clock }) => {
    await seed(stranger, "{", clock.now() - TTL);
    const source = cache.source<string>({ ...SOURCE, refresh: () => Promise.resolve("healed") });
    assertEquals(await source.get(), "healed");
  });

  clause(
    "read() and readSync() take data that cannot be decoded for absent",
    async ({ cache, stranger, clock, heard }) => {
      await seed(stranger, "{", clock.now());
      const source = cache.source<string>({ ...SOURCE, refresh: () => Promise.resolve("healed") });
      assertEquals((await source.read()).state, "absent");
      assertEquals(source.readSync().state, "absent");
      assertEquals(heard.kinds(), ["corrupt", "absent", "absent"]);
    },
  );

  clause("get() with none rejects when all there is cannot be decoded", async ({ cache, stranger, clock }) => {
    await seed(stranger, "{", clock.now());
    const source = cache.source<string>({ ...SOURCE, refresh: () => Promise.resolve("healed") });
    await assertRejects(() => source.get({ refresh: "none" }), NoDataError);
  });

  clause("get() rejects with the failure when data cannot be decoded and the refresh fails", async (bench) => {
    const { cache, stranger, clock } = bench;
    await seed(stranger, "{", clock.now());
    let runs = 0;
    const source = cache.source<string>({
      ...SOURCE,
      refresh: () => {
        runs++;
        return Promise.reject(new Error("no network"));
      },
    });
    for (let time = 0; time < 2; time++) {
      const error = await assertRejects(() => source.get(), RefreshFailedError);
      assertEquals(error.reason, "no network");
    }
    assertEquals(runs, 1, "it cools down");
  });

  clause("get() by many callers heals with one refresh", async ({ cache, other, stranger, clock }) => {
    await seed(stranger, "{", clock.now());
    await clock.advance(1);
    let runs = 0;
    const definition = { ...SOURCE, refresh: () => Promise.resolve(`healed ${++runs}`) };
    const sources = [cache.source<string>(definition), other.source<string>(definition)];
    const calls = Array.from({ length: 10 }, (_, call) => sources[call % 2]?.get());
    assertEquals(await Promise.all(calls), Array(10).fill("healed 1"));
  });

  clause("maybeRefresh() heals data that readSync() could not decode", async ({ cache, stranger, clock }) => {
    await seed(stranger, "{", clock.now());
    await clock.advance(1);
    const source = cache.source<string>({ ...SOURCE, refresh: () => Promise.resolve("healed") });
    assertEquals(source.readSync().state, "absent");
    source.maybeRefresh();
    await cache.drain();
    assertEquals(source.readSync().data, "healed");
    source.maybeRefresh();
    await cache.drain();
    assertEquals((await source.state()).kind, "idle");
  });
}
