import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { DiscoveryCache } from "../../../src/discovery_cache.ts";
import type { TypedSource } from "../../../src/source/typed_source.ts";
import { type AddClause, claimElsewhere, encode, HeldRefresher, KEY, SOURCE, TTL, until } from "../bench.ts";
import type { ManualClock } from "../../support/manual_clock.ts";

const NO_NETWORK = new Error("no network");

/** What became of a source's refreshes. */
interface Told {
  /** How often its refresher was called. */
  runs: number;
  /** How many of its refreshes have ended. */
  ended: number;
  /** What its refresher fails with. */
  failure: Error | undefined;
}

/** A source whose refresher answers with the number of its run, or fails as long as it is told to. */
function counted(cache: DiscoveryCache, options: { name?: string; ttl?: number | string } = {}) {
  const told: Told = { runs: 0, ended: 0, failure: undefined };
  const refresh = () => {
    told.runs++;
    return told.failure === undefined ? Promise.resolve(told.runs) : Promise.reject(told.failure);
  };
  const source = cache.source<number>({ ...SOURCE, ...options, refresh });
  cache.on(({ kind, source: { name } }) => {
    if (name === source.name && (kind === "refreshed" || kind === "failed")) told.ended++;
  });
  return { told, source };
}

/** A heartbeat, and whether it goes on. */
function heartbeat(cache: DiscoveryCache, sources: readonly TypedSource<unknown>[]) {
  const controller = new AbortController();
  const beat = { ended: false, controller, end: Promise.resolve() };
  beat.end = cache.keepFresh(sources, { signal: controller.signal }).then(() => void (beat.ended = true));
  return beat;
}

/** Resolves when no refresh goes on, and all who keep these sources fresh are asleep. */
async function asleep(clock: ManualClock, ...all: Told[]): Promise<void> {
  await until(() => all.every(({ runs, ended }) => runs === ended) && clock.sleeping === all.length);
}

/** The heartbeat of a long-running program. */
export function keepFreshClauses(clause: AddClause): void {
  clause("what is absent or stale is refreshed at once, what is fresh when it becomes stale", async (bench) => {
    const { cache, clock } = bench;
    const [absent, fresh] = [counted(cache, { name: "absent" }), counted(cache, { name: "fresh" })];
    await fresh.source.put(0);
    await clock.advance(20_000);
    const beat = heartbeat(cache, [absent.source, fresh.source]);
    await asleep(clock, absent.told, fresh.told);
    assertEquals([absent.told.runs, fresh.told.runs], [1, 0]);
    await clock.advance(TTL - 20_001);
    assertEquals([absent.told.runs, fresh.told.runs], [1, 0]);
    await clock.advance(1_001);
    await until(() => fresh.told.runs === 1);
    await asleep(clock, absent.told, fresh.told);
    await clock.advance(TTL + 2_000);
    await until(() => absent.told.runs >= 2 && fresh.told.runs >= 2);
    await asleep(clock, absent.told, fresh.told);
    assertEquals([absent.told.runs, fresh.told.runs, beat.ended], [2, 2, false]);
    beat.controller.abort();
    await beat.end;
    assertEquals(clock.sleeping, 0);
  });

  clause("each TTL is one refresh, for as long as it goes on", async ({ cache, clock, heard }) => {
    const { source, told } = counted(cache);
    const beat = heartbeat(cache, [source]);
    for (let run = 1; run <= 5; run++) {
      await until(() => told.runs === run);
      await asleep(clock, told);
      assertEquals(source.readSync().data, run);
      await clock.advance(TTL + 1);
    }
    await until(() => heard.events.filter(({ kind }) => kind === "refreshed").length === 6);
    beat.controller.abort();
    await beat.end;
  });

  clause("after a failure it is tried again when that has cooled down, not before", async (bench) => {
    const { cache, clock } = bench;
    const { source, told } = counted(cache);
    told.failure = NO_NETWORK;
    const beat = heartbeat(cache, [source]);
    for (let run = 1; run <= 4; run++) {
      await until(() => told.runs === run);
      await asleep(clock, told);
      const state = await source.state();
      assert(state.kind === "cooling-down", state.kind);
      const left = Math.max(1_000, state.retryAt - clock.now());
      await clock.advance(left - 1);
      assertEquals(told.runs, run, `not within ${left} ms`);
      if (run === 4) told.failure = undefined;
      await clock.advance(1);
    }
    await until(() => told.runs === 5);
    await asleep(clock, told);
    assertEquals(source.readSync().state, "fresh");
    beat.controller.abort();
    await beat.end;
  });

  clause("the same for data that went stale while a failure cools down", async ({ cache, clock, stranger }) => {
    const { source, told } = counted(cache);
    await stranger.put(KEY, encode("0"), clock.now() - TTL);
    await stranger.fail(await claimElsewhere(stranger), { message: "503", retryAt: clock.now() + 5_500 });
    const beat = heartbeat(cache, [source]);
    await asleep(clock, told);
    await clock.advance(5_499);
    assertEquals(told.runs, 0);
    await clock.advance(1);
    await until(() => told.runs === 1);
    await asleep(clock, told);
    beat.controller.abort();
    await beat.end;
    assertEquals(source.readSync().data, 1);
  });

  clause("a refresh of another process is joined, and its data kept", async ({ cache, stranger, clock, heard }) => {
    const { source, told } = counted(cache);
    const claim = await claimElsewhere(stranger);
    const beat = heartbeat(cache, [source]);
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    await clock.advance(1);
    await stranger.commit(claim, encode("42"), clock.now());
    await clock.advanceUntil((async () => {
      while (!heard.events.some(({ kind }) => kind === "adopted")) await new Promise((look) => setTimeout(look, 0));
    })());
    assertEquals([told.runs, source.readSync().data], [0, 42]);
    beat.controller.abort();
    await beat.end;
  });

  clause("two caches that keep one source fresh refresh it once", async ({ cache, other, clock }) => {
    const [mine, yours] = [counted(cache), counted(other)];
    const beats = [heartbeat(cache, [mine.source]), heartbeat(other, [yours.source])];
    for (let round = 1; round <= 3; round++) {
      await until(() => mine.told.runs + yours.told.runs === round);
      await asleep(clock, mine.told, yours.told);
      assertEquals(mine.told.runs + yours.told.runs, round);
      await clock.advance(TTL + 1);
    }
    for (const beat of beats) beat.controller.abort();
    await Promise.all(beats.map(({ end }) => end));
  });

  clause("what another process has expired is noticed within a minute", async ({ cache, stranger, clock }) => {
    const { source, told } = counted(cache, { ttl: "24h" });
    const beat = heartbeat(cache, [source]);
    await until(() => told.runs === 1);
    await asleep(clock, told);
    await clock.advance(30_000);
    await stranger.expire(KEY, clock.now() - 25 * 3_600_000);
    assertEquals(told.runs, 1);
    await clock.advance(30_000);
    await until(() => told.runs === 2);
    await asleep(clock, told);
    beat.controller.abort();
    await beat.end;
  });

  clause("a machine that slept refreshes within a minute of waking", async ({ cache, clock }) => {
    const { source, told } = counted(cache, { ttl: "24h" });
    const beat = heartbeat(cache, [source]);
    await until(() => told.runs === 1);
    await asleep(clock, told);
    clock.jump(48 * 3_600_000);
    await clock.advance(60_000);
    await until(() => told.runs === 2);
    await asleep(clock, told);
    beat.controller.abort();
    await beat.end;
  });

  clause("a TTL of 0, or a retry at once, is no reason to hammer: a second between two looks", async (bench) => {
    const { fixture, clock } = bench;
    const cache = fixture.open({ backoff: { base: 0 } });
    const [fresh, failing] = [counted(cache, { ttl: 0 }), counted(cache, { name: "failing" })];
    failing.told.failure = NO_NETWORK;
    const beat = heartbeat(cache, [fresh.source, failing.source]);
    for (let run = 1; run <= 5; run++) {
      await until(() => fresh.told.runs === run && failing.told.runs === run);
      await asleep(clock, fresh.told, failing.told);
      await clock.advance(999);
      assertEquals([fresh.told.runs, failing.told.runs], [run, run]);
      await clock.advance(1);
    }
    beat.controller.abort();
    await beat.end;
  });

  endClauses(clause);
}

/** How it ends. */
function endClauses(clause: AddClause): void {
  clause("its signal ends it, and a refresh that nobody else waits for", async ({ cache, clock, heard }) => {
    const held = new HeldRefresher();
    const source = cache.source<string>({ ...SOURCE, refresh: async (context) => String(await held.refresh(context)) });
    const beat = heartbeat(cache, [source]);
    await held.begun();
    beat.controller.abort("no time");
    await beat.end;
    assertEquals([held.signal().aborted, held.signal().reason], [true, "no time"]);
    await until(() => heard.events.some(({ kind }) => kind === "aborted"));
    assertEquals([heard.kinds(), clock.sleeping], [["absent", "claimed", "aborted"], 0]);
  });

  clause("a signal that was aborted before refreshes nothing", async ({ cache, heard }) => {
    const { source, told } = counted(cache);
    await cache.keepFresh([source], { signal: AbortSignal.abort() });
    assertEquals([told.runs, heard.events], [0, []]);
  });

  clause("of nothing it ends at once", async ({ cache }) => {
    await cache.keepFresh([]);
  });

  clause("close() ends it: what goes on comes to its end, and nothing more begins", async ({ cache, clock, heard }) => {
    const held = new HeldRefresher();
    const busy = cache.source<string>({ ...SOURCE, refresh: async (context) => String(await held.refresh(context)) });
    const idle = counted(cache, { name: "idle" });
    const beat = heartbeat(cache, [busy, idle.source]);
    await held.begun();
    await until(() => heard.events.some(({ kind, source }) => kind === "refreshed" && source.name === "idle"));
    await cache.close();
    assertEquals(held.signal().aborted, false);
    held.finish("new");
    await beat.end;
    assertEquals([busy.readSync().data, idle.told.runs, held.runs.length], ["new", 1, 1]);
    await clock.advance(10 * TTL);
    assertEquals([idle.told.runs, held.runs.length, clock.sleeping], [1, 1, 0]);
    assertEquals(heard.kinds().filter((kind) => kind === "error" || kind === "failed"), []);
    await cache.keepFresh([busy]);
  });

  clause("close() of a cache with keepAlive: false gives up what goes on", async ({ fixture, clock }) => {
    const cache = fixture.open({ keepAlive: false });
    const held = new HeldRefresher();
    const source = cache.source<string>({ ...SOURCE, refresh: async (context) => String(await held.refresh(context)) });
    const beat = heartbeat(cache, [source]);
    await held.begun();
    await cache.close();
    await beat.end;
    assertEquals([held.signal().aborted, clock.sleeping], [true, 0]);
  });

  clause("its pauses keep the process alive, unless the cache has keepAlive: false", async ({ fixture, clock }) => {
    for (const keepAlive of [true, false]) {
      const cache = fixture.open({ keepAlive });
      const { source, told } = counted(cache, { name: `alive-${keepAlive}` });
      const beat = heartbeat(cache, [source]);
      await until(() => told.ended === 1 && clock.sleeping === 1);
      assertEquals(clock.holding, keepAlive ? 1 : 0);
      beat.controller.abort();
      await beat.end;
    }
  });

  clause("what goes wrong is told to the listeners, and it goes on", async ({ cache, clock, heard }) => {
    const { source: well, told } = counted(cache, { name: "well" });
    let mistakes = 0;
    const odd = {
      tier: "discovery",
      name: "odd",
      ttl: TTL,
      refreshIfStale: () => {
        mistakes++;
        return Promise.reject(NO_NETWORK);
      },
    } as unknown as TypedSource<unknown>;
    const beat = heartbeat(cache, [odd, well]);
    await until(() => told.ended === 1 && clock.sleeping === 2);
    const { error, source: key } = heard.first("error");
    assertStrictEquals(error, NO_NETWORK);
    assertEquals(key, { tier: "discovery", name: "odd" });
    await clock.advance(9_999);
    assertEquals(mistakes, 1);
    await clock.advance(1);
    assertEquals([mistakes, beat.ended, told.runs], [2, false, 1]);
    beat.controller.abort();
    await beat.end;
  });
}
