import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Entry } from "../../../mod.ts";
import {
  type AddClause,
  type Bench,
  claimElsewhere,
  encode,
  FORBIDDEN,
  HeldRefresher,
  KEY,
  quick,
  seed,
  SOURCE,
  textOf,
  TTL,
  until,
} from "../bench.ts";

/** Every way to bytes that are the caller's own, each for data that reads "shared" afterwards. */
const WAYS: Readonly<Record<string, (bench: Bench) => Promise<readonly Entry[]>>> = {
  "a read": async ({ cache, stranger, clock }) => {
    await seed(stranger, "shared", clock.now());
    return [await cache.read(SOURCE), cache.readSync(SOURCE), await cache.read(SOURCE)];
  },
  "a read that was served from memory": async ({ cache, stranger, clock }) => {
    await seed(stranger, "shared", clock.now());
    await clock.advance(2_000);
    cache.readSync(SOURCE);
    return [await cache.read(SOURCE), cache.readSync(SOURCE), await cache.read(SOURCE)];
  },
  "refreshIfStale() of fresh data": async ({ cache, stranger, clock }) => {
    await seed(stranger, "shared", clock.now());
    return [await cache.refreshIfStale(SOURCE, FORBIDDEN), await cache.refreshIfStale(SOURCE, FORBIDDEN)];
  },
  "refreshIfStale() while a failure cools down": async ({ cache, stranger, clock }) => {
    await seed(stranger, "shared", clock.now() - TTL);
    await stranger.fail(await claimElsewhere(stranger), { message: "no network", retryAt: clock.now() + 1_000 });
    return [await cache.refreshIfStale(SOURCE, FORBIDDEN), await cache.refreshIfStale(SOURCE, FORBIDDEN)];
  },
  "a refresh, and one that joins it": async ({ cache, other, heard }) => {
    const held = new HeldRefresher();
    const first = other.refresh(SOURCE, held.refresh);
    await held.begun();
    const joining = [cache.refresh(SOURCE, held.refresh), cache.refreshIfStale(SOURCE, held.refresh)];
    await until(() => heard.events.filter(({ kind }) => kind === "joined").length === 2);
    const bytes = encode("shared");
    held.finish(bytes);
    const entries = await Promise.all([first, ...joining]);
    bytes.fill(0);
    return entries;
  },
  "a refresh in another process": async ({ cache, stranger, clock, heard }) => {
    const claim = await claimElsewhere(stranger);
    const waiting = [cache.refresh(SOURCE, FORBIDDEN), cache.refresh(SOURCE, FORBIDDEN)];
    await until(() => heard.events.filter(({ kind }) => kind === "waiting").length === 2);
    await clock.advance(1);
    await stranger.commit(claim, encode("shared"), clock.now());
    return await clock.advanceUntil(Promise.all(waiting));
  },
  "data that is newer than the call, found at the claim": async ({ cache, stranger, clock, heard }) => {
    await seed(stranger, "shared", clock.now() + 1_000);
    const entries = [await cache.refresh(SOURCE, FORBIDDEN), await cache.refresh(SOURCE, FORBIDDEN)];
    assertEquals(heard.kinds(), ["adopted", "adopted"]);
    return entries;
  },
};

/** The bytes that a caller gets are his own. */
export function ownBytesClauses(clause: AddClause): void {
  for (const [way, take] of Object.entries(WAYS)) {
    clause(`${way}: what a caller does to his bytes nobody else notices`, async (bench) => {
      const entries = await take(bench);
      for (const entry of entries) {
        assertEquals(textOf(entry), "shared");
        entry.data?.fill(0);
      }
      for (const cache of [bench.cache, bench.other]) {
        assertEquals(textOf(cache.readSync(SOURCE)), "shared");
        assertEquals(textOf(await cache.read(SOURCE)), "shared");
      }
    });
  }

  clause("a reader of the store gets one object, whatever callers of the cache do meanwhile", async (bench) => {
    const { cache, stranger, clock } = bench;
    await cache.refresh(SOURCE, quick("shared").refresh);
    const before = await stranger.read(KEY);
    cache.readSync(SOURCE).data?.fill(0);
    (await cache.refreshIfStale(SOURCE, FORBIDDEN)).data.fill(0);
    await clock.advance(2_000);
    cache.readSync(SOURCE).data?.fill(0);
    assertStrictEquals(await stranger.read(KEY), before);
    assertEquals(before && new TextDecoder().decode(before.bytes), "shared");
  });
}
