import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  InvalidDurationError,
  InvalidNameError,
  InvalidOptionError,
  InvalidPayloadError,
  NoDataError,
  RefreshFailedError,
} from "../../../src/errors.ts";
import type { SourceDefinition } from "../../../src/source/definition.ts";
import type { RefreshMode } from "../../../src/source/get_options.ts";
import {
  type AddClause,
  type Bench,
  claimElsewhere,
  encode,
  KEY,
  rejection,
  seed,
  SOURCE,
  TTL,
  until,
} from "../bench.ts";

type Models = string[];

/** A typed source whose refresher answers what it is told, or throws it if it is an error. */
function typed({ cache }: Pick<Bench, "cache">, ...answers: (Models | Error)[]) {
  const counter = { runs: 0 };
  const source = cache.source<Models>({
    ...SOURCE,
    refresh: () => {
      const answer = answers[counter.runs++];
      if (answer === undefined) throw new Error("this refresher should not have been called again");
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { source, counter };
}

const MODES: RefreshMode[] = ["background", "if-stale", "force", "none"];
const NO_NETWORK = new Error("no network");

/** Typed sources. */
export function typedClauses(clause: AddClause): void {
  clause("get() waits for a refresh when there is nothing, then answers from what is there", async (bench) => {
    const { source, counter } = typed(bench, ["one"]);
    assertEquals(await source.get(), ["one"]);
    assertEquals(await source.get(), ["one"]);
    assertEquals(counter.runs, 1);
    assertEquals(bench.heard.kinds().filter((kind) => kind !== "absent"), ["claimed", "refreshed", "hit"]);
    assertEquals(new TextDecoder().decode((await bench.stranger.read(KEY))?.bytes), '["one"]');
  });

  clause("getEntry() of fresh data is a hit, in every mode but force", async (bench) => {
    await seed(bench.stranger, '["old"]', bench.clock.now() - 1_000);
    const { source } = typed(bench);
    for (const refresh of MODES.filter((mode) => mode !== "force")) {
      const entry = await source.getEntry({ refresh });
      assertEquals([entry.data, entry.state, entry.origin], [["old"], "fresh", "hit"], refresh);
      assert(Math.abs(entry.age - 1_000) <= 1);
    }
  });

  clause("getEntry() of stale data in the background gives it at once, and refreshes behind it", async (bench) => {
    await seed(bench.stranger, '["old"]', bench.clock.now() - TTL);
    const { source } = typed(bench, ["new"]);
    const entry = await source.getEntry();
    assertEquals([entry.data, entry.state, entry.origin], [["old"], "stale", "stale"]);
    await bench.cache.drain();
    assertEquals((await source.getEntry()).data, ["new"]);
  });

  clause("getEntry() of stale data if-stale waits for new data", async (bench) => {
    await seed(bench.stranger, '["old"]', bench.clock.now() - TTL);
    const { source } = typed(bench, ["new"]);
    const entry = await source.getEntry({ refresh: "if-stale" });
    assertEquals([entry.data, entry.state, entry.origin], [["new"], "fresh", "refreshed"]);
  });

  clause("getEntry() if-stale gives stale data, and the failure, when the refresh fails", async (bench) => {
    await seed(bench.stranger, '["old"]', bench.clock.now() - TTL);
    const { source } = typed(bench, NO_NETWORK);
    const entry = await source.getEntry({ refresh: "if-stale" });
    assertEquals([entry.data, entry.origin], [["old"], "stale"]);
    assertInstanceOf(entry.refreshError, RefreshFailedError);
    assertStrictEquals(entry.refreshError.cause, NO_NETWORK);
    const cooling = await source.getEntry({ refresh: "if-stale" });
    assertEquals([cooling.data, cooling.origin], [["old"], "stale"], "while it cools down");
  });

  clause("getEntry() with force refreshes fresh data, and rejects when that fails", async (bench) => {
    await seed(bench.stranger, '["old"]', bench.clock.now());
    await bench.clock.advance(1);
    const { source } = typed(bench, ["new"], NO_NETWORK);
    const entry = await source.getEntry({ refresh: "force" });
    assertEquals([entry.data, entry.origin], [["new"], "refreshed"]);
    await bench.clock.advance(1);
    const error = await assertRejects(() => source.get({ refresh: "force" }), RefreshFailedError);
    assertStrictEquals(error.cause, NO_NETWORK);
    assertEquals(await source.get({ refresh: "none" }), ["new"]);
  });

  clause("getEntry() with none gives what is there, however old, and refreshes nothing", async (bench) => {
    await seed(bench.stranger, '["old"]', bench.clock.now() - 100 * TTL);
    const { source } = typed(bench);
    const entry = await source.getEntry({ refresh: "none" });
    assertEquals([entry.data, entry.state, entry.origin], [["old"], "stale", "stale"]);
    await bench.cache.drain();
    assertEquals(bench.heard.kinds(), ["stale"]);
  });

  clause("get() with none rejects with NoDataError when there is nothing", async (bench) => {
    const { source } = typed(bench);
    const error = await assertRejects(() => source.get({ refresh: "none" }), NoDataError);
    assertEquals([error.code, error.source], ["NO_DATA", "discovery/models"]);
    assertEquals((await bench.stranger.state(KEY)).kind, "idle");
  });

  clause("get() rejects when there is nothing and the refresh fails, at once while it cools down", async (bench) => {
    const { source, counter } = typed(bench, NO_NETWORK);
    for (const refresh of ["background", "if-stale"] as const) {
      const error = await assertRejects(() => source.get({ refresh }), RefreshFailedError);
      assertEquals([error.reason, error.attempts], ["no network", 1]);
    }
    assertEquals(counter.runs, 1);
  });

  clause("getEntry() is joined when another process refreshes", async ({ cache, stranger, clock, heard }) => {
    const claim = await claimElsewhere(stranger);
    const { source } = typed({ cache });
    const waiting = source.getEntry();
    await until(() => heard.events.some(({ kind }) => kind === "waiting"));
    await stranger.commit(claim, encode('["theirs"]'), clock.now());
    const entry = await clock.advanceUntil(waiting);
    assertEquals([entry.data, entry.origin, entry.state], [["theirs"], "joined", "fresh"]);
  });

  clause("get() by many callers runs one refresher", async ({ cache, other }) => {
    let runs = 0;
    const definition: SourceDefinition<Models> = { ...SOURCE, refresh: () => Promise.resolve([`run ${++runs}`]) };
    const [mine, yours] = [cache.source(definition), other.source(definition)];
    const answers = await Promise.all(Array.from({ length: 20 }, (_, call) => (call % 2 ? mine : yours).get()));
    assertEquals(answers, Array(20).fill(["run 1"]));
    assertEquals(runs, 1);
  });

  clause("a refresher that returns what JSON cannot hold has failed", async ({ cache, clock }) => {
    for (const value of [undefined, () => 7, Symbol("odd")]) {
      await clock.advance(1);
      const source = cache.source<unknown>({ ...SOURCE, refresh: () => Promise.resolve(value) });
      const error = await assertRejects(() => source.get({ refresh: "force" }), RefreshFailedError);
      assertInstanceOf(error.cause, InvalidPayloadError);
    }
    const circle: { self?: unknown } = {};
    circle.self = circle;
    for (const value of [circle, 7n]) {
      const source = cache.source<unknown>({ ...SOURCE, refresh: () => Promise.resolve(value) });
      const error = await assertRejects(() => source.get({ refresh: "force" }), RefreshFailedError);
      assertInstanceOf(error.cause, TypeError);
    }
  });

  clause("data comes back as JSON holds it", async ({ cache, clock }) => {
    for (const value of [null, false, 0, "", "grüße ✓ \u2028", [], {}, { nested: [1, { two: null }] }]) {
      await clock.advance(1);
      const source = cache.source<unknown>({ ...SOURCE, refresh: () => Promise.resolve(value) });
      assertEquals(await source.get({ refresh: "force" }), value);
      assertEquals(await source.get({ refresh: "none" }), value);
    }
  });

  clause(
    "read(), readSync(), refresh(), refreshIfStale(), maybeRefresh() and state() are the lower layer's, typed",
    async (bench) => {
      const { source, counter } = typed(bench, ["one"], ["two"], ["three"]);
      assertEquals((await source.read()).state, "absent");
      assertEquals((await source.refresh()).data, ["one"]);
      assertEquals(source.readSync().data, ["one"]);
      assertEquals((await source.refreshIfStale()).origin, "hit");
      await bench.clock.advance(TTL);
      assertEquals((await source.read()).state, "stale");
      assertEquals((await source.refreshIfStale()).data, ["two"]);
      await bench.clock.advance(TTL);
      assertEquals(source.maybeRefresh(), undefined);
      await bench.cache.drain();
      assertEquals((await source.read()).data, ["three"]);
      assertEquals((await source.state()).kind, "idle");
      assertEquals(counter.runs, 3);
    },
  );

  clause("get() rejects with InvalidOptionError when the mode is none of the four", async (bench) => {
    const { source } = typed(bench);
    for (const mode of ["always", "", "Force", null, 7]) {
      const refresh = mode as unknown as RefreshMode;
      await assertRejects(() => source.get({ refresh }), InvalidOptionError, '"background", "if-stale"');
    }
  });

  clause("get() rejects with the reason when its signal is aborted, before or while it waits", async (bench) => {
    await seed(bench.stranger, '["old"]', bench.clock.now() - TTL);
    const source = bench.cache.source<Models>({ ...SOURCE, refresh: () => new Promise(() => {}) });
    for (const refresh of MODES) {
      const signal = AbortSignal.abort("no time");
      assertEquals(await rejection(source.get({ refresh, signal })), "no time", refresh);
    }
    for (const refresh of ["if-stale", "force"] as const) {
      const controller = new AbortController();
      const leaving = rejection(source.get({ refresh, signal: controller.signal }));
      await until(() => bench.heard.events.some(({ kind }) => kind === "claimed"));
      controller.abort("no time");
      assertEquals(await leaving, "no time", refresh);
      await until(() => bench.heard.events.some(({ kind }) => kind === "aborted"));
      bench.heard.kinds();
    }
  });

  clause("source() throws when its definition cannot be used", ({ cache }) => {
    const refresh = () => Promise.resolve(7);
    assertThrows(() => cache.source({ ...SOURCE, name: "A", refresh }), InvalidNameError);
    assertThrows(() => cache.source({ ...SOURCE, ttl: "soon", refresh }), InvalidDurationError);
    const none = { ...SOURCE } as unknown as SourceDefinition<number>;
    assertThrows(() => cache.source(none), InvalidOptionError, "refresh cannot be undefined");
    return Promise.resolve();
  });

  clause("source() keeps its definition: changing the object afterwards has no effect", async ({ cache, stranger }) => {
    const definition = { ...SOURCE, refresh: () => Promise.resolve("one") };
    const source = cache.source(definition);
    definition.name = "other";
    definition.refresh = () => Promise.resolve("two");
    assertEquals(await source.get(), "one");
    assertEquals((await stranger.read(KEY))?.bytes.length, 5);
  });
}
