import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import type { DiscoveryCache } from "../../../src/discovery_cache.ts";
import { InvalidOptionError, RefreshFailedError } from "../../../src/errors.ts";
import type { RefreshAllProgress, RefreshOutcome } from "../../../src/source/refresh_all.ts";
import {
  type AddClause,
  type Bench,
  claimElsewhere,
  encode,
  HeldRefresher,
  rejection,
  SOURCE,
  until,
} from "../bench.ts";

/** A source whose refresher is held. */
function heldSource(cache: DiscoveryCache, name: string) {
  const held = new HeldRefresher();
  const source = cache.source<string>({
    ...SOURCE,
    name,
    refresh: async (context) => String(await held.refresh(context)),
  });
  return { source, held, name };
}

/** Several of them. */
function heldSources({ cache }: Pick<Bench, "cache">, names: string) {
  return [...names].map((name) => heldSource(cache, name));
}

/** How it ended: a letter for each source, small if it failed. */
function ends(outcomes: readonly RefreshOutcome[]): string {
  return outcomes.map(({ kind, source: { name } }) => kind === "failed" ? `${name}!` : name).join("");
}

/** A step in words: `done/total, failed` and who goes on, with what was last reported. */
function told({ done, total, failed, running }: RefreshAllProgress): string {
  const going = running.map(({ source, progress }) =>
    progress === undefined
      ? source.name
      : `${source.name} ${progress.done ?? "?"}/${progress.total ?? "?"} ${progress.message ?? ""}`
        .trim()
  );
  return `${done}/${total}${failed > 0 ? `, ${failed} failed` : ""}: ${going.join(", ")}`;
}

/** Many sources at once. */
export function refreshAllClauses(clause: AddClause): void {
  clause("every source is refreshed, however fresh it is, and the outcomes are in order", async ({ cache }) => {
    const names = ["c", "a", "b"];
    const sources = names.map((name) => cache.source({ ...SOURCE, name, refresh: () => Promise.resolve(name) }));
    await sources[0]?.put("fresh");
    const outcomes = await cache.refreshAll(sources);
    assertEquals(ends(outcomes), "cab");
    for (const [place, outcome] of outcomes.entries()) {
      assert(outcome.kind === "refreshed");
      const { data, origin, state } = outcome.entry;
      assertEquals([data, origin, state], [names[place], "refreshed", "fresh"]);
      assertEquals(outcome.source, { tier: "discovery", name: names[place] });
    }
  });

  clause("the outcomes are in order, whichever ends first", async (bench) => {
    const all = heldSources(bench, "abc");
    const refreshing = bench.cache.refreshAll(all.map(({ source }) => source));
    for (const { held, name } of [...all].reverse()) {
      await held.begun();
      held.finish(name);
      await until(() => bench.heard.events.some(({ kind, source }) => kind === "refreshed" && source.name === name));
    }
    assertEquals(ends(await refreshing), "abc");
  });

  clause("of nothing nothing comes", async ({ cache, heard }) => {
    const steps: string[] = [];
    assertEquals(await cache.refreshAll([], { onProgress: (step) => steps.push(told(step)) }), []);
    assertEquals([steps, heard.events], [[], []]);
  });

  clause("a source that is named twice is refreshed once", async (bench) => {
    const { cache } = bench;
    let runs = 0;
    const refresh = () => Promise.resolve(++runs);
    const [one, same] = [cache.source({ ...SOURCE, refresh }), cache.source({ ...SOURCE, refresh })];
    const outcomes = await cache.refreshAll([one, one, same], { onProgress: ({ total }) => assertEquals(total, 1) });
    assertEquals([outcomes.length, runs], [1, 1]);
  });

  clause("those that fail do not keep the others back", async (bench) => {
    const all = heldSources(bench, "abcde");
    const refreshing = bench.cache.refreshAll(all.map(({ source }) => source), { concurrency: 1 });
    const error = new Error("no network");
    for (const { held, name } of all) {
      await held.begun();
      if ("bd".includes(name)) held.fail(error);
      else held.finish(name);
    }
    const outcomes = await refreshing;
    assertEquals(ends(outcomes), "ab!cd!e");
    const [, failed] = outcomes;
    assert(failed?.kind === "failed");
    assertInstanceOf(failed.error, RefreshFailedError);
    assertStrictEquals(failed.error.cause, error);
  });

  for (const [concurrency, most] of [[undefined, 4], [1, 1], [3, 3], [100, 7]] as const) {
    clause(`with concurrency ${concurrency ?? "left out"} ${most} of 7 go on at a time`, async (bench) => {
      let going = 0;
      const counts: number[] = [];
      const open: (() => void)[] = [];
      const sources = [..."abcdefg"].map((name) =>
        bench.cache.source({
          ...SOURCE,
          name,
          refresh: async () => {
            counts.push(++going);
            await new Promise<void>((resolve) => open.push(resolve));
            going--;
            return name;
          },
        })
      );
      const refreshing = bench.cache.refreshAll(sources, { concurrency });
      for (let ended = 0; ended < 7; ended++) {
        const expected = Math.min(most, 7 - ended);
        await until(() => open.length === expected);
        assertEquals(going, expected, "neither more nor fewer");
        open.shift()?.();
      }
      assertEquals(ends(await refreshing), "abcdefg");
      assertEquals(Math.max(...counts), most);
    });
  }

  clause("concurrency that is no whole number from 1 on is refused, and nothing begins", async (bench) => {
    const { source, held } = heldSource(bench.cache, "a");
    for (const concurrency of [0, -1, 1.5, Number.NaN, Infinity, "2", null]) {
      const options = { concurrency: concurrency as number };
      const error = await assertRejects(() => bench.cache.refreshAll([source], options), InvalidOptionError);
      assertEquals(error.what, "concurrency");
    }
    assertEquals(held.runs.length, 0);
  });

  progressClauses(clause);
  endClauses(clause);
}

/** What is told on the way. */
function progressClauses(clause: AddClause): void {
  clause("each step is told: a refresh begins, reports, or ends", async (bench) => {
    const { cache, clock, heard } = bench;
    const [a, b, c] = ["a", "b", "c"].map((name) => heldSource(cache, name));
    assert(a !== undefined && b !== undefined && c !== undefined);
    const steps: string[] = [];
    const options = { concurrency: 2, onProgress: (step: RefreshAllProgress) => void steps.push(told(step)) };
    const refreshing = cache.refreshAll([a.source, b.source, c.source], options);
    await Promise.all([a.held.begun(), b.held.begun()]);
    const reports = () => heard.events.filter(({ kind }) => kind === "progress").length;
    a.held.runs[0]?.report({ done: 1, total: 2, message: "page one" });
    await until(() => reports() === 1);
    b.held.runs[0]?.report({ message: "asking" });
    await until(() => reports() === 2);
    await clock.advance(250);
    a.held.runs[0]?.report({ done: 2, total: 2 });
    await until(() => reports() === 3);
    a.held.finish("a");
    await c.held.begun();
    b.held.fail(new Error("no network"));
    await until(() => heard.events.some(({ kind }) => kind === "failed"));
    await until(() => steps.length === 8);
    c.held.finish("c");
    await refreshing;
    assertEquals(steps, [
      "0/3: a",
      "0/3: a, b",
      "0/3: a 1/2 page one, b",
      "0/3: a 1/2 page one, b ?/? asking",
      "0/3: a 2/2, b ?/? asking",
      "1/3: b ?/? asking",
      "1/3: b ?/? asking, c",
      "2/3, 1 failed: c",
      "3/3, 1 failed: ",
    ]);
  });

  clause("what a refresh of another process reports is told, too", async (bench) => {
    const { cache, stranger, clock } = bench;
    const { source, held } = heldSource(cache, "models");
    const claim = await claimElsewhere(stranger);
    const steps: string[] = [];
    const refreshing = cache.refreshAll([source], { onProgress: (step) => steps.push(told(step)) });
    await until(() => bench.heard.events.some(({ kind }) => kind === "waiting"));
    await stranger.report(claim, { done: 3, total: 4 });
    await clock.advanceUntil((async () => {
      while (steps.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
    })());
    await clock.advance(1);
    await stranger.commit(claim, encode('"theirs"'), clock.now());
    const [outcome] = await clock.advanceUntil(refreshing);
    assert(outcome?.kind === "refreshed");
    assertEquals([outcome.entry.data, outcome.entry.origin, held.runs.length], ["theirs", "joined", 0]);
    assertEquals(steps, ["0/1: models", "0/1: models 3/4", "1/1: "]);
  });

  clause("what other sources report meanwhile is not told", async (bench) => {
    const { cache, heard } = bench;
    const [mine, another] = [heldSource(cache, "mine"), heldSource(cache, "another")];
    const steps: string[] = [];
    const refreshing = cache.refreshAll([mine.source], { onProgress: (step) => steps.push(told(step)) });
    const other = another.source.refresh();
    await Promise.all([mine.held.begun(), another.held.begun()]);
    another.held.runs[0]?.report({ done: 1 });
    await until(() => heard.events.some(({ kind }) => kind === "progress"));
    mine.held.finish("");
    another.held.finish("");
    await Promise.all([refreshing, other]);
    assertEquals(steps, ["0/1: mine", "1/1: "]);
  });
}

/** Ends before the end. */
function endClauses(clause: AddClause): void {
  clause("its signal ends what goes on, and begins nothing more", async (bench) => {
    const { cache, heard, clock } = bench;
    const all = heldSources(bench, "abcd");
    const controller = new AbortController();
    const steps: string[] = [];
    const options = {
      concurrency: 2,
      signal: controller.signal,
      onProgress: (step: RefreshAllProgress) => void steps.push(told(step)),
    };
    const refreshing = rejection(cache.refreshAll(all.map(({ source }) => source), options));
    const [a, b] = all;
    assert(a !== undefined && b !== undefined);
    await Promise.all([a.held.begun(), b.held.begun()]);
    controller.abort("no time");
    assertEquals(await refreshing, "no time");
    await until(() => heard.events.filter(({ kind }) => kind === "aborted").length === 2);
    assertEquals(all.map(({ held }) => held.runs.length), [1, 1, 0, 0]);
    assertEquals([a.held.signal().aborted, b.held.signal().aborted], [true, true]);
    assertEquals([steps, clock.sleeping], [["0/4: a", "0/4: a, b"], 0]);
  });

  clause("a signal that was aborted before begins nothing", async (bench) => {
    const { source, held } = heldSource(bench.cache, "a");
    const signal = AbortSignal.abort("no time");
    assertEquals(await rejection(bench.cache.refreshAll([source], { signal })), "no time");
    assertEquals([held.runs.length, bench.heard.events], [0, []]);
  });

  clause("its signal leaves alone what others wait for", async (bench) => {
    const { cache, other } = bench;
    const { source, held } = heldSource(cache, "models");
    const controller = new AbortController();
    const refreshing = rejection(cache.refreshAll([source], { signal: controller.signal }));
    await held.begun();
    const staying = other.refreshIfStale(SOURCE, held.refresh);
    await until(() => cache.readSync(source).state === "absent");
    await bench.clock.advance(1);
    controller.abort("no time");
    assertEquals(await refreshing, "no time");
    assertEquals(held.signal().aborted, false);
    held.finish("new");
    assertEquals(new TextDecoder().decode((await staying).data), '"new"');
  });

  clause("a listener of its progress that throws ends it, wherever it throws", async (bench) => {
    const { cache, heard, clock } = bench;
    const mistake = new Error("a mistake in the progress bar");
    for (const place of [1, 2, 3]) {
      const all = heldSources(bench, "abcd");
      let steps = 0;
      const onProgress = () => {
        if (++steps === place) throw mistake;
      };
      const refreshing = rejection(cache.refreshAll(all.map(({ source }) => source), { concurrency: 2, onProgress }));
      if (place === 3) {
        await all[0]?.held.begun();
        all[0]?.held.runs[0]?.report({ done: 1 });
      }
      assertStrictEquals(await refreshing, mistake);
      await until(() => all.every(({ held }) => held.runs.every(({ signal }) => signal.aborted)));
      assertEquals(all.slice(2).map(({ held }) => held.runs.length), [0, 0], `at step ${place}`);
      await until(() => clock.sleeping === 0);
      await clock.advance(1);
      heard.kinds();
    }
  });

  clause("after close() every source fails, and says why", async (bench) => {
    const all = heldSources(bench, "ab");
    await bench.cache.close();
    const outcomes = await bench.cache.refreshAll(all.map(({ source }) => source));
    assertEquals(outcomes.map((outcome) => outcome.kind === "failed" && Object(outcome.error).code), [
      "CACHE_CLOSED",
      "CACHE_CLOSED",
    ]);
  });
}
