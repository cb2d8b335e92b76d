import { assertEquals } from "@std/assert";
import type { CacheEvent } from "../../../src/events.ts";
import { type AddClause, failing, quick, refreshFailure, seed, SOURCE, TTL } from "../bench.ts";

/** Who hears of what. */
export function eventClauses(clause: AddClause): void {
  clause("on() hears of everything, in order", async ({ cache, clock }) => {
    const kinds: string[] = [];
    cache.on(({ kind }) => kinds.push(kind));
    await cache.refreshIfStale(SOURCE, quick("one").refresh);
    await cache.read(SOURCE);
    await clock.advance(TTL);
    await cache.read(SOURCE);
    await refreshFailure(cache.refresh(SOURCE, failing(new Error("no network"))));
    assertEquals(kinds, ["absent", "claimed", "refreshed", "hit", "stale", "claimed", "failed"]);
  });

  clause("on() with a kind hears of that kind only", async ({ cache }) => {
    const ages: number[] = [];
    cache.on("hit", ({ age }) => ages.push(age));
    await cache.refreshIfStale(SOURCE, quick("one").refresh);
    await cache.read(SOURCE);
    assertEquals(ages.map(Math.floor), [0]);
  });

  clause("on() returns what removes the listener, with a kind and without", async ({ cache, stranger, clock }) => {
    await seed(stranger, "one", clock.now());
    const events: CacheEvent[] = [];
    const removals = [cache.on((event) => events.push(event)), cache.on("hit", (event) => events.push(event))];
    await cache.read(SOURCE);
    for (const remove of removals) remove();
    await cache.read(SOURCE);
    assertEquals(events.map(({ kind }) => kind), ["hit", "hit"]);
  });

  clause("on() hears what its own cache object does, not another's", async ({ cache, other, heard }) => {
    await other.refresh(SOURCE, quick("one").refresh);
    assertEquals(heard.events, []);
    await cache.read(SOURCE);
    assertEquals(heard.kinds(), ["hit"]);
  });

  clause("on() may be called by a listener, and what it adds hears of later events", async ({ cache }) => {
    const kinds: string[] = [];
    const remove = cache.on("absent", () => {
      remove();
      cache.on(({ kind }) => kinds.push(kind));
    });
    await cache.refreshIfStale(SOURCE, quick("one").refresh);
    assertEquals(kinds, ["claimed", "refreshed"]);
  });
}
