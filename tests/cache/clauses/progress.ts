import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { InvalidOptionError } from "../../../src/errors.ts";
import type { Progress } from "../../../src/store.ts";
import {
  type AddClause,
  type Bench,
  HeldRefresher,
  KEY,
  refreshFailure,
  seed,
  SOURCE,
  textOf,
  until,
} from "../bench.ts";

/** What another process sees of a refresh. */
async function seen({ stranger }: Bench): Promise<Progress | undefined> {
  const state = await stranger.state(KEY);
  assert(state.kind === "refreshing", state.kind);
  return state.progress;
}

/** How far a refresh has come, as its refresher reports it. */
export function progressClauses(clause: AddClause): void {
  clause("others see a report at once, and the listeners are told", async (bench) => {
    const { cache, heard } = bench;
    const held = new HeldRefresher();
    const refreshed = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    assertEquals(await seen(bench), undefined);
    const progress = { done: 1, total: 4, message: "one of four" };
    held.runs[0]?.report(progress);
    assertEquals(await seen(bench), progress);
    await until(() => heard.events.length === 2);
    assertEquals(heard.first("progress"), { kind: "progress", source: KEY, progress });
    held.finish("one");
    await refreshed;
    assertEquals(heard.kinds(), ["claimed", "progress", "refreshed"]);
  });

  clause("of many reports, four a second are told, the latest ones", async (bench) => {
    const { cache, clock, heard } = bench;
    const held = new HeldRefresher();
    const refreshed = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    for (let done = 0; done < 100; done++) {
      held.runs[0]?.report({ done });
      await clock.advance(10);
    }
    const told = heard.events.flatMap((event) => event.kind === "progress" ? [event.progress.done] : []);
    assertEquals(told, [0, 24, 49, 74, 99]);
    assertEquals(await seen(bench), { done: 99 });
    held.finish("one");
    await refreshed;
  });

  clause("nothing is told after the refresh has ended, and no timer stays", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const held = new HeldRefresher();
    const refreshed = cache.refresh(SOURCE, held.refresh);
    await held.begun();
    held.runs[0]?.report({ done: 1 });
    held.runs[0]?.report({ done: 2 });
    held.finish("one");
    await refreshed;
    held.runs[0]?.report({ done: 3 });
    assertEquals(clock.sleeping, 0);
    await clock.advance(1_000);
    assertEquals(heard.kinds(), ["claimed", "progress", "refreshed"]);
    assertEquals(await stranger.state(KEY), { kind: "idle", attempts: 0, lastError: undefined });
  });

  clause("a report of a refresh that was superseded changes nothing, and is no error", async (bench) => {
    const { cache, stranger, clock, heard } = bench;
    const held = new HeldRefresher();
    cache.maybeRefresh(SOURCE, held.refresh);
    await held.begun();
    await seed(stranger, "theirs", clock.now());
    held.runs[0]?.report({ done: 1 });
    await clock.advance(1_000);
    assertEquals(heard.kinds(), ["absent", "claimed"]);
    assertEquals((await stranger.state(KEY)).kind, "idle");
    held.finish("mine");
    await cache.drain();
    assertEquals([heard.kinds(), textOf(cache.readSync(SOURCE))], [["superseded"], "theirs"]);
  });

  clause("what is no progress is refused at once, and fails the refresh of who does not mind", async ({ cache }) => {
    const error = await refreshFailure(cache.refresh(SOURCE, ({ report }) => {
      report({ done: Number.NaN });
      return Promise.resolve("one");
    }));
    assertInstanceOf(error.cause, InvalidOptionError);
    assertEquals(error.cause.what, "progress.done");
  });

  clause("the refresher of a typed source reports as well", async (bench) => {
    const held = new HeldRefresher();
    const models = bench.cache.source<string>({
      ...SOURCE,
      refresh: async (context) => String(await held.refresh(context)),
    });
    const got = models.get();
    await held.begun();
    held.runs[0]?.report({ message: "half" });
    assertEquals(await seen(bench), { message: "half" });
    held.finish("one");
    assertEquals(await got, "one");
  });
}
