import { assertEquals, assertStrictEquals } from "@std/assert";
import { MemoryStore } from "../../../src/memory_store.ts";
import { DiscoveryCache } from "../../../src/discovery_cache.ts";
import { type AddClause, HeldRefresher, quick, rejection, seed, SOURCE, textOf, TTL, until } from "../bench.ts";

/** One refresh at a time in a process, whichever method and whichever cache object asks. */
export function flightClauses(clause: AddClause): void {
  clause("50 calls of every method, on several cache objects, run one refresher", async (bench) => {
    const { fixture, stranger, clock } = bench;
    await seed(stranger, "old", clock.now() - TTL);
    const held = new HeldRefresher();
    const caches = Array.from({ length: 5 }, () => fixture.open());
    const answers: Promise<string | undefined>[] = [];
    for (let call = 0; call < 10; call++) {
      for (const [index, cache] of caches.entries()) {
        const method = (call + index) % 3;
        if (method === 0) answers.push(cache.refresh(SOURCE, held.refresh).then(textOf));
        if (method === 1) answers.push(cache.refreshIfStale(SOURCE, held.refresh).then(textOf));
        if (method === 2) cache.maybeRefresh(SOURCE, held.refresh);
      }
    }
    await held.begun();
    await clock.advance(100);
    held.finish("new");
    const texts = await clock.advanceUntil(Promise.all(answers));
    await Promise.all(caches.map((cache) => cache.drain()));
    assertEquals(held.runs.length, 1);
    assertEquals([...new Set(texts)], ["new"]);
  });

  clause("a caller joins whatever refresh goes on, and gets its data", async ({ cache, other, heard }) => {
    const held = new HeldRefresher();
    const first = other.refresh(SOURCE, held.refresh);
    await held.begun();
    const forced = cache.refresh(SOURCE, held.refresh);
    const ifStale = cache.refreshIfStale(SOURCE, held.refresh);
    await until(() => heard.events.length === 3);
    held.finish("one");
    assertEquals((await first).origin, "refreshed");
    for (const entry of [await forced, await ifStale]) {
      assertEquals([textOf(entry), entry.origin, entry.state], ["one", "joined", "fresh"]);
    }
    assertEquals(heard.kinds().sort(), ["absent", "joined", "joined"]);
    assertEquals(held.runs.length, 1);
  });

  clause("callers who share a refresh do not share its bytes", async ({ cache, other }) => {
    const held = new HeldRefresher();
    const both = [cache.refresh(SOURCE, held.refresh), other.refresh(SOURCE, held.refresh)];
    await held.begun();
    held.finish("one");
    const [mine, yours] = await Promise.all(both);
    mine?.data.fill(0);
    assertEquals(yours && textOf(yours), "one");
  });

  clause("callers who share a refresh share its failure, cause and all", async ({ cache, other, heard }) => {
    const held = new HeldRefresher();
    const cause = new Error("no network");
    const both = [cache.refresh(SOURCE, held.refresh), other.refreshIfStale(SOURCE, held.refresh)];
    const errors = Promise.all(both.map(rejection));
    await held.begun();
    held.fail(cause);
    const [mine, yours] = await errors;
    assertStrictEquals(mine, yours);
    assertStrictEquals((mine as Error).cause, cause);
    assertEquals(heard.kinds(), ["claimed", "failed"]);
  });

  clause("refreshes of different sources go on at the same time", async ({ cache }) => {
    const held = new HeldRefresher();
    const sources = ["one", "two", "three"].map((name) => ({ ...SOURCE, name }));
    const tier = { ...SOURCE, name: "one", tier: "runtime" };
    const all = [...sources, tier].map((source) => cache.refresh(source, held.refresh));
    await held.begun(4);
    held.finish("done");
    assertEquals((await Promise.all(all)).map((entry) => entry.origin), Array(4).fill("refreshed"));
  });

  clause("caches on different data refresh independently", async ({ cache, clock }) => {
    const elsewhere = new DiscoveryCache({ store: new MemoryStore({ clock }), clock });
    const held = new HeldRefresher();
    const both = [cache.refresh(SOURCE, held.refresh), elsewhere.refresh(SOURCE, held.refresh)];
    await held.begun(2);
    held.finish("one");
    assertEquals((await Promise.all(both)).map(({ origin }) => origin), ["refreshed", "refreshed"]);
  });

  clause("a refresh begins anew when the one before has ended", async ({ cache, other, clock }) => {
    const counter = quick("one");
    for (let time = 1; time <= 3; time++) {
      await clock.advance(1);
      assertEquals((await (time % 2 === 0 ? cache : other).refresh(SOURCE, counter.refresh)).origin, "refreshed");
      assertEquals(counter.runs, time);
    }
  });

  clause(
    "a refresher may itself use the cache for other sources, and read its own",
    async ({ cache, stranger, clock }) => {
      await seed(stranger, "old", clock.now() - TTL);
      const nested = { ...SOURCE, name: "nested" };
      const entry = await cache.refresh(SOURCE, async () => {
        const inner = await cache.refreshIfStale(nested, quick("inner").refresh);
        return `${textOf(await cache.read(SOURCE))} and ${textOf(inner)}`;
      });
      assertEquals(textOf(entry), "old and inner");
    },
  );
}
