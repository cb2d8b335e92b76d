import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { WaitTimeoutError } from "../../../src/errors.ts";
import {
  type AddClause,
  type Bench,
  claimElsewhere,
  encode,
  HeldRefresher,
  KEY,
  rejection,
  seed,
  SOURCE,
  TTL,
  until,
} from "../bench.ts";

/** A typed source whose refresher is held. */
function heldSource({ cache }: Pick<Bench, "cache">) {
  const held = new HeldRefresher();
  const source = cache.source<string>({ ...SOURCE, refresh: async (context) => String(await held.refresh(context)) });
  return { source, held };
}

/** Callers who wait for a while only. */
export function patienceClauses(clause: AddClause): void {
  for (const refresh of ["background", "if-stale", "force"] as const) {
    for (const maxWait of [0, 5_000]) {
      clause(`get() of nothing, ${refresh}, waits ${maxWait} ms at most; the refresh goes on`, async (bench) => {
        const { cache, clock, heard } = bench;
        const { source, held } = heldSource(bench);
        const leaving = rejection(source.get({ refresh, maxWait }));
        if (maxWait > 0) await held.begun();
        await clock.advance(maxWait);
        const error = await leaving;
        assertInstanceOf(error, WaitTimeoutError);
        assertEquals([error.code, error.source, error.maxWait], ["WAIT_TIMEOUT", "discovery/models", maxWait]);
        assertStrictEquals(heard.first("timeout").error, error);
        await held.begun();
        assertEquals(held.signal().aborted, false);
        const staying = source.get();
        await until(() => heard.events.some(({ kind }) => kind === "joined"));
        held.finish("new");
        assertEquals(await staying, "new", "who waits for it gets it");
        await cache.drain();
        assertEquals([source.readSync().data, held.runs.length, clock.sleeping], ["new", 1, 0]);
        const kinds = heard.kinds().filter((kind) => !["absent", "hit", "joined"].includes(kind));
        const begun = maxWait === 0 ? ["timeout", "claimed"] : ["claimed", "timeout"];
        assertEquals(kinds, [...begun, "refreshed"]);
      });
    }
  }

  clause("drain() waits for what a caller has left behind", async (bench) => {
    const { source, held } = heldSource(bench);
    const leaving = rejection(source.get({ maxWait: 1 }));
    await held.begun();
    await bench.clock.advance(1);
    assertInstanceOf(await leaving, WaitTimeoutError);
    let drained = false;
    const draining = bench.cache.drain().then(() => drained = true);
    await bench.clock.advance(1);
    assertEquals(drained, false);
    held.finish("new");
    await draining;
    assertEquals(source.readSync().data, "new");
  });

  clause("what a caller has left behind fails for nobody but the listeners", async (bench) => {
    const { source, held } = heldSource(bench);
    const leaving = rejection(source.get({ maxWait: 1 }));
    await held.begun();
    await bench.clock.advance(1);
    await leaving;
    held.fail(new Error("no network"));
    await bench.cache.drain();
    assertEquals(bench.heard.kinds(), ["absent", "claimed", "timeout", "failed"]);
  });

  clause("getEntry() if-stale that waits no longer gives what is there, and says why", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    for (const maxWait of [0, 5_000]) {
      await seed(stranger, '"old"', clock.now() - TTL);
      const { source, held } = heldSource(bench);
      const entering = source.getEntry({ refresh: "if-stale", maxWait });
      if (maxWait > 0) await held.begun();
      await clock.advance(maxWait);
      const { data, origin, state, refreshError } = await entering;
      assertEquals([data, origin, state], ["old", "stale", "stale"]);
      assertStrictEquals(refreshError, heard.first("timeout").error);
      await held.begun();
      held.finish("new");
      await cache.drain();
      assertEquals(source.readSync().data, "new");
      heard.kinds();
      await clock.advance(1_000);
    }
  });

  clause("maxWait is no matter where nothing is waited for", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const { source, held } = heldSource(bench);
    await seed(stranger, '"old"', clock.now());
    for (const refresh of ["background", "if-stale", "none"] as const) {
      assertEquals((await source.getEntry({ refresh, maxWait: 0 })).origin, "hit");
    }
    assertEquals((await source.refreshIfStale({ maxWait: 0 })).origin, "hit");
    await clock.advance(TTL);
    assertEquals((await source.getEntry({ maxWait: 0 })).origin, "stale");
    await held.begun();
    held.finish("new");
    await cache.drain();
    const told = heard.kinds();
    assertEquals(told, ["hit", "hit", "hit", "hit", "stale", "claimed", "refreshed"]);
    assertEquals(clock.sleeping, 0);
  });

  clause("refresh() and refreshIfStale() wait no longer, too, in both layers", async (bench) => {
    const { cache, clock } = bench;
    const { source, held } = heldSource(bench);
    const maxWait = "2s";
    const calls = [
      source.refresh({ maxWait }),
      source.refreshIfStale({ maxWait }),
      cache.refresh(SOURCE, held.refresh, { maxWait }),
      cache.refreshIfStale(SOURCE, held.refresh, { maxWait }),
    ].map(rejection);
    await held.begun();
    await clock.advance(1_999);
    assertEquals(held.signal().aborted, false);
    await clock.advance(1);
    for (const error of await Promise.all(calls)) assertInstanceOf(error, WaitTimeoutError);
    assertEquals([held.signal().aborted, held.runs.length], [false, 1]);
    held.finish("new");
    await cache.drain();
    assertEquals(source.readSync().data, "new");
  });

  clause("a caller's signal ends the wait before maxWait does, and then nobody refreshes", async (bench) => {
    const { clock, heard, stranger } = bench;
    const { source, held } = heldSource(bench);
    const controller = new AbortController();
    const leaving = rejection(source.get({ maxWait: 5_000, signal: controller.signal }));
    await held.begun();
    controller.abort("no time");
    assertEquals(await leaving, "no time");
    assertEquals([held.signal().aborted, held.signal().reason], [true, "no time"]);
    await until(() => heard.events.some(({ kind }) => kind === "aborted"));
    await clock.advance(6_000);
    assertEquals([heard.kinds(), clock.sleeping], [["absent", "claimed", "aborted"], 0]);
    assertEquals((await stranger.state(KEY)).kind, "idle");
  });

  clause("a signal that is aborted after maxWait ends nothing any more", async (bench) => {
    const { cache, clock, heard } = bench;
    const { source, held } = heldSource(bench);
    const controller = new AbortController();
    const leaving = rejection(source.get({ maxWait: 5_000, signal: controller.signal }));
    await held.begun();
    await clock.advance(5_000);
    await leaving;
    controller.abort("no time");
    assertEquals(held.signal().aborted, false);
    held.finish("new");
    await cache.drain();
    assertEquals(heard.kinds(), ["absent", "claimed", "timeout", "refreshed"]);
  });

  clause("who waits no longer for another process leaves that alone", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const claim = await claimElsewhere(stranger);
    const { source, held } = heldSource(bench);
    const leaving = rejection(source.get({ maxWait: 1_000 }));
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    await clock.advance(1_000);
    assertInstanceOf(await leaving, WaitTimeoutError);
    await cache.drain();
    assertEquals([heard.kinds(), held.runs.length], [["absent", "waiting", "timeout"], 0]);
    assertEquals(await stranger.commit(claim, encode('"theirs"'), clock.now()), "committed");
    assertEquals(await source.get(), "theirs");
  });
}
