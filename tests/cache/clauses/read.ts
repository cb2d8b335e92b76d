import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidDurationError, InvalidNameError } from "../../../src/errors.ts";
import { type AddClause, assertTime, KEY, seed, SOURCE, textOf, TTL } from "../bench.ts";

/** Reading: no lock, no wait, nothing changed. */
export function readClauses(clause: AddClause): void {
  clause("read() and readSync() are absent, with age 0, when there is no data", async ({ cache, heard }) => {
    const absent = { state: "absent", data: undefined, age: 0, capturedAt: undefined } as const;
    assertEquals(await cache.read(SOURCE), absent);
    assertEquals(cache.readSync(SOURCE), absent);
    assertEquals(heard.events, [{ kind: "absent", source: KEY }, { kind: "absent", source: KEY }]);
  });

  clause("read() and readSync() are fresh while the data is younger than its TTL", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    await seed(stranger, "one", clock.now() - TTL + 10);
    for (const entry of [await cache.read(SOURCE), cache.readSync(SOURCE)]) {
      assertEquals([entry.state, textOf(entry)], ["fresh", "one"]);
      assertTime(entry.age, TTL - 10, "the age");
      assertTime(entry.capturedAt, clock.now() - TTL + 10, "capturedAt");
    }
    const { source, age } = heard.first("hit");
    assertEquals(source, KEY);
    assertTime(age, TTL - 10, "the age in the event");
    assertEquals(heard.kinds(), ["hit", "hit"]);
  });

  clause(
    "read() and readSync() are stale when the data has reached its TTL",
    async ({ cache, stranger, clock, heard }) => {
      await seed(stranger, "one", clock.now() - TTL);
      for (const entry of [await cache.read(SOURCE), cache.readSync(SOURCE)]) {
        assertEquals([entry.state, textOf(entry)], ["stale", "one"]);
        assertTime(entry.age, TTL, "the age");
      }
      assertEquals(heard.kinds(), ["stale", "stale"]);
    },
  );

  clause("read() and readSync() are stale when the data comes from the future", async ({ cache, stranger, clock }) => {
    await seed(stranger, "one", clock.now() + 3_600_000);
    for (const entry of [await cache.read(SOURCE), cache.readSync(SOURCE)]) {
      assertEquals([entry.state, entry.age, textOf(entry)], ["stale", 0, "one"]);
    }
  });

  clause("read() judges by the TTL of the source that is asked for", async ({ cache, stranger, clock }) => {
    await seed(stranger, "one", clock.now() - 1_000);
    assertEquals((await cache.read({ ...SOURCE, ttl: "2s" })).state, "fresh");
    assertEquals((await cache.read({ ...SOURCE, ttl: 500 })).state, "stale");
    assertEquals((await cache.read({ ...SOURCE, ttl: 0 })).state, "stale");
  });

  clause("read() and readSync() give bytes that the caller may change", async ({ cache, stranger, clock }) => {
    await seed(stranger, "one", clock.now() - 1_000);
    for (let time = 0; time < 2; time++) {
      for (const entry of [await cache.read(SOURCE), cache.readSync(SOURCE)]) {
        assertEquals(textOf(entry), "one");
        entry.data?.fill(0);
      }
    }
  });

  clause("read() keeps sources apart by tier and by name", async ({ cache, stranger, clock }) => {
    await seed(stranger, "one", clock.now());
    await seed(stranger, "two", clock.now(), { tier: "runtime", name: "models" });
    assertEquals(textOf(await cache.read({ ...SOURCE, tier: "runtime" })), "two");
    assertEquals((await cache.read({ ...SOURCE, name: "model" })).state, "absent");
    assertEquals(textOf(await cache.read(SOURCE)), "one");
  });

  clause("read() sees at once what another process has committed", async ({ cache, stranger, clock }) => {
    for (const text of ["one", "two", "three"]) {
      await seed(stranger, text, clock.now());
      assertEquals(textOf(await cache.read(SOURCE)), text);
      assertEquals(textOf(cache.readSync(SOURCE)), text);
    }
  });

  clause("read() gives bytes of every value, and none at all", async ({ cache, clock, stranger }) => {
    const every = Uint8Array.from({ length: 256 }, (_, value) => value);
    await stranger.put(KEY, every, clock.now());
    assertEquals((await cache.read(SOURCE)).data, every);
    await stranger.put(KEY, new Uint8Array(), clock.now());
    const empty = await cache.read(SOURCE);
    assertEquals([empty.state, empty.data?.length], ["fresh", 0]);
  });

  clause("read() and readSync() wait for nobody who refreshes", async ({ cache, stranger, clock }) => {
    await seed(stranger, "one", clock.now() - TTL);
    const answer = await stranger.claim(KEY, { refreshDeadline: 1_000, newerThan: Infinity, force: true });
    assertEquals(answer.kind, "claimed");
    assertEquals(textOf(await cache.read(SOURCE)), "one");
    assertEquals(textOf(cache.readSync(SOURCE)), "one");
  });

  clause("read() and readSync() throw when the source cannot be one", async ({ cache, heard }) => {
    await assertRejects(() => cache.read({ ...SOURCE, name: "../models" }), InvalidNameError, "name cannot be");
    await assertRejects(() => cache.read({ ...SOURCE, tier: "Discovery" }), InvalidNameError, "tier cannot be");
    await assertRejects(() => cache.read({ ...SOURCE, ttl: "soon" }), InvalidDurationError, "ttl cannot be");
    assertThrows(() => cache.readSync({ ...SOURCE, refreshDeadline: 0 }), InvalidDurationError, "refreshDeadline");
    assertEquals(heard.events, []);
  });

  clause("read() of a large payload gives every byte of it", async ({ cache, stranger, clock }) => {
    const large = Uint8Array.from({ length: 1_000_003 }, (_, index) => (index * 31) & 0xff);
    await stranger.put(KEY, large, clock.now());
    for (const entry of [await cache.read(SOURCE), cache.readSync(SOURCE)]) {
      assertEquals(entry.data?.length, large.length);
      assert(entry.data?.every((byte, index) => byte === large[index]), "a byte differs");
    }
  });

  clause("read() and readSync() write nothing, whatever they find", async ({ cache, stranger }) => {
    await cache.read(SOURCE);
    cache.readSync(SOURCE);
    await cache.refreshState(SOURCE);
    const found = [];
    for await (const source of stranger.list()) found.push(source);
    assertEquals(found, []);
  });
}
